// npm run build:native: builds the binary of memmap-napi for this machine, where there is Rust. Without it everything
// works, on the file back end.
import { copyFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { cargo, hasCargo, targetFolder } from './cargo.mjs'
import { root } from './workspace.mjs'

if (hasCargo()) await build()
else {
  console.log(
    'cargo was not found: no native binary is built, and @leasehold/mmap reads files instead of mapping them.',
  )
  console.log(
    'Install Rust 1.88 or newer (https://rustup.rs) and run "npm run build:native" again to map them.',
  )
}

async function build() {
  const { code } = await cargo(['build', '--release', '--locked'])
  if (code !== 0) {
    process.exitCode = code
    return
  }
  const [built, name] = binary()
  const target = join(root, 'packages/memmap-napi', `memmap-napi.${name}.node`)
  // Renamed into its place: a process that runs may have the old one loaded, and must keep it whole.
  copyFileSync(join(targetFolder(), 'release', built), `${target}.new`)
  renameSync(`${target}.new`, target)
  console.log(`Built packages/memmap-napi/memmap-napi.${name}.node`)
}

/** As cargo calls it, and as napi-rs does. @returns {[string, string]} */
function binary() {
  const { platform, arch } = process
  if (platform === 'win32') return ['memmap_napi.dll', `win32-${arch}-msvc`]
  if (platform === 'darwin') return ['libmemmap_napi.dylib', `darwin-${arch}`]
  if (platform !== 'linux') return ['libmemmap_napi.so', `${platform}-${arch}`]
  /** @type {any} */
  const report = process.report.getReport()
  const library = report.header.glibcVersionRuntime === undefined ? 'musl' : 'gnu'
  return ['libmemmap_napi.so', `linux-${arch}-${library}`]
}
