import { Buffer } from 'node:buffer'
import { decodeUtf8 } from './json.js'

/** Where a text stands while it is decoded: thousands a second would leave much to be collected. */
const scratch = Buffer.allocUnsafeSlow(16 * 1024)

/** As `base64url.ts` says. Node reads nearly anything as base64url, but writes each value in one way only. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

/** As `base64url.ts` says. */
export function decodeBase64urlText(text: string): string | undefined {
  if (text.length > scratch.length) {
    const bytes = decodeBase64url(text)
    return bytes && decodeUtf8(bytes)
  }
  const end = scratch.write(text, 'base64url')
  if (scratch.toString('base64url', 0, end) !== text) return undefined
  const decoded = scratch.toString('utf8', 0, end)
  // What stands for bytes that are no UTF-8 may also have been sent.
  return decoded.includes('\ufffd') ? decodeUtf8(scratch.subarray(0, end)) : decoded
}
