import { isIPv4 } from 'node:net'

/** Whether an address reaches this machine only. */
export function isLoopback(address: string): boolean {
  return (
    address === '::1' || address.startsWith('::ffff:127.') || (isIPv4(address) && address.startsWith('127.'))
  )
}

/**
 * Whether a request to a loopback server may be answered, by its Host header. A web page can have its own name resolve
 * to 127.0.0.1 and then read what is there (DNS rebinding); the browser then sends that name.
 */
export function isLocalHostHeader(host: string | undefined, ownHost: string): boolean {
  if (host === undefined) return true // HTTP/1.0: no browser.
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === ownHost.toLowerCase() || isLoopback(name)
  )
}
