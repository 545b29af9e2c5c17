import { decodeUtf8 } from './json.js'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A bit that no value of a character has: joined by `|`, it shows that one of many was none. */
const none = 0x40

/** The value of each character by its code. */
const values = new Uint8Array(128).fill(none)
for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value

function valueAt(text: string, at: number): number {
  return values[text.charCodeAt(at)] ?? none
}

/** As `base64url.ts` says, on every platform. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const left = text.length % 4
  const whole = text.length - left
  const bytes = new Uint8Array((text.length * 3) >> 2)
  let seen = 0
  let end = 0
  for (let at = 0; at < whole; at += 4) {
    const [a, b] = [valueAt(text, at), valueAt(text, at + 1)]
    const [c, d] = [valueAt(text, at + 2), valueAt(text, at + 3)]
    seen |= a | b | c | d
    bytes[end++] = (a << 2) | (b >> 4)
    bytes[end++] = (b << 4) | (c >> 2)
    bytes[end++] = (c << 6) | d
  }
  if (left === 0) return seen < none ? bytes : undefined
  const [a, b] = [valueAt(text, whole), left > 1 ? valueAt(text, whole + 1) : none]
  const c = left > 2 ? valueAt(text, whole + 2) : 0
  // What is left over of the last character would be lost: every other value of it would decode to the same.
  const stray = left === 2 ? b & 0x0f : c & 0x03
  bytes[end] = (a << 2) | (b >> 4)
  if (left > 2) bytes[end + 1] = (b << 4) | (c >> 2)
  return (seen | a | b | c) < none && stray === 0 ? bytes : undefined
}

/** As `base64url.ts` says. */
export function decodeBase64urlText(text: string): string | undefined {
  const bytes = decodeBase64url(text)
  return bytes && decodeUtf8(bytes)
}
