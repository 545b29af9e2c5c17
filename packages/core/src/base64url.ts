import { decodeBase64url as decode } from '#base64url'

/**
 * Decodes base64url without padding (RFC 7515 §2), accepting one spelling of each value only (RFC 4648 §3.5).
 *
 * Two files do this: one for every platform, and one for Node, which package.json chooses.
 *
 * @returns `undefined` for any other character, a length that cannot be, or stray bits in the last character.
 */
export const decodeBase64url: (text: string) => Uint8Array<ArrayBuffer> | undefined = decode

/** Encodes as base64url without padding. For few bytes: every one is an argument of a call. */
export function encodeBase64url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
