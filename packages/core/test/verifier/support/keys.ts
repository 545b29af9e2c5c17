import { createHmac, createPublicKey } from 'node:crypto'
import { exportSPKI, importJWK, type JWK } from 'jose'
import { base64url } from './tokens.js'

/** A token with any header and payload and no signature of worth. */
export function assemble(header: object, payload: object, signature: string | Uint8Array = ''): string {
  return `${base64url(header)}.${base64url(payload)}.${base64url(signature)}`
}

/** A token "signed" by HMAC, as by one who hopes that the public key is taken for a secret. */
export function hmacSigned(
  header: { readonly alg: string; readonly kid?: string | undefined },
  payload: object,
  secret: string | Uint8Array,
): string {
  const [head, body] = assemble(header, payload).split('.')
  const signature = createHmac(header.alg.replace('HS', 'sha'), secret).update(`${head}.${body}`).digest('base64url')
  return `${head}.${body}.${signature}`
}

/** Everything about a public RSA key that could be mistaken for a secret. */
export async function publicForms(
  jwk: JWK,
): Promise<readonly (readonly [name: string, secret: string | Uint8Array])[]> {
  const key = await importJWK({ ...jwk, ext: true }, 'RS256')
  if (key instanceof Uint8Array) throw new Error('expected a public key')
  const pem = await exportSPKI(key)
  const node = createPublicKey({ key: pem, format: 'pem' })
  const modulus = jwk.n ?? ''
  return [
    ['B-conf-1 SPKI PEM', pem],
    ['B-conf-4 SPKI PEM trimmed', pem.trim()],
    ['B-conf-5 SPKI PEM without newlines', pem.replaceAll('\n', '')],
    ['B-conf-6 SPKI PEM with CRLF', pem.replaceAll('\n', '\r\n')],
    ['B-conf-7 SPKI DER', node.export({ type: 'spki', format: 'der' })],
    ['B-conf-8 PKCS1 PEM', node.export({ type: 'pkcs1', format: 'pem' })],
    ['B-conf-9 PKCS1 DER', node.export({ type: 'pkcs1', format: 'der' })],
    ['B-conf-12 modulus bytes', Buffer.from(modulus, 'base64url')],
    ['B-conf-13 modulus text', modulus],
    ['B-conf-14 empty secret', ''],
    ['B-conf-15 the kid', jwk.kid ?? ''],
    ['B-conf-16 "undefined"', 'undefined'],
    ['B-conf-17 "[object Object]"', '[object Object]'],
  ]
}
