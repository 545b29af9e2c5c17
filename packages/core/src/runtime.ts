/** Whether this runtime binds each promise to the request it was made in, so that no other request may wait for it. */
export function bindsPromises(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers'
}
