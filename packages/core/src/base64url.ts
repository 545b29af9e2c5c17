const alphabet = /^[A-Za-z0-9_-]*$/

/** The characters a text of `length % 4` characters may end in: every other one would hold bits that decode to nothing. */
const canonicalEnd: Readonly<Record<number, RegExp>> = { 0: /$/, 2: /[AQgw]$/, 3: /[AEIMQUYcgkosw048]$/ }

/**
 * Decodes base64url without padding (RFC 7515 §2), accepting one spelling of each value only (RFC 4648 §3.5).
 *
 * @returns `undefined` for any other character, a length that cannot be, or stray bits in the last character.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!alphabet.test(text) || canonicalEnd[text.length % 4]?.test(text) !== true) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** Encodes as base64url without padding. For few bytes: every one is an argument of a call. */
export function encodeBase64url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
