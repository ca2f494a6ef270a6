/** How the binaries of a platform are called, best first. Of the two C libraries of Linux only the right one loads. */
export function binaryNames(platform: string, arch: string): string[] {
  switch (platform) {
    case 'linux':
      return [`linux-${arch}-gnu`, `linux-${arch}-musl`]
    case 'win32':
      return [`win32-${arch}-msvc`]
    default:
      return [`${platform}-${arch}`]
  }
}
