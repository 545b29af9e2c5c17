import { endpointUrl } from '../oauth/endpoint.js'

/** @throws TypeError for anything but an origin that is https, or http on loopback. */
export function originOf(value: string, option: string): string {
  const url = URL.canParse(value) ? endpointUrl(value, option) : undefined
  if (url?.pathname === '/' && url.search === '') return url.origin
  throw new TypeError(`${option} holds origins without a path, like '${url?.origin ?? 'https://api.example.com'}'`)
}
