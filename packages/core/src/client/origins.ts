import { endpointUrl } from '../oauth/endpoint.js'

/** @throws TypeError for anything but an origin that is https, or http on loopback. */
export function originOf(value: string, option: string): string {
  if (!URL.canParse(value)) throw new TypeError(`${option} holds origins, like 'https://api.example.com'`)
  const url = endpointUrl(value, option)
  if (url.pathname !== '/' || url.search !== '') {
    throw new TypeError(`${option} holds origins, without a path: '${url.origin}'`)
  }
  return url.origin
}
