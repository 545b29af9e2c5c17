import { decodeBase64url as decode, decodeBase64urlText as decodeText } from '#base64url'

/**
 * Decodes base64url without padding (RFC 7515 §2), accepting one spelling of each value only (RFC 4648 §3.5).
 *
 * Two files do this: one for every platform, and one for Node, which package.json chooses.
 *
 * @returns `undefined` for any other character, a length that cannot be, or stray bits in the last character.
 */
export const decodeBase64url: (text: string) => Uint8Array<ArrayBuffer> | undefined = decode

/** The same for a text in strict UTF-8; `undefined` for any other bytes, too. */
export const decodeBase64urlText: (text: string) => string | undefined = decodeText

/** Encodes as base64url without padding. For few bytes: every one is an argument of a call. */
export function encodeBase64url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
