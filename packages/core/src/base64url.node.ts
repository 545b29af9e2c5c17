import { Buffer } from 'node:buffer'

/** As `base64url.ts` says. Node reads nearly anything as base64url, but writes each value in one way only. */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
