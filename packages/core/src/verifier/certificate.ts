import { sha256 } from '../sha256.js'
import { inTime } from './in-time.js'
import { invalidToken } from './refusal.js'
import type { RequestLike } from './request.js'

/** A certificate as DER, or as the PEM of exactly one. */
export type ClientCertificate = Uint8Array | ArrayBuffer | string

/** Finds the certificate that the client of a request proved to have in its TLS handshake. */
export type CertificateFrom = (
  request: RequestLike,
) => ClientCertificate | undefined | Promise<ClientCertificate | undefined>

/** Where a certificate can come from. */
export interface Connection {
  readonly request?: RequestLike | undefined
  readonly certificate?: ClientCertificate | undefined
}

/** How certificates are checked, made by {@link clientCertificates}. */
export interface ClientCertificates {
  /**
   * @param thumbprint `cnf.x5t#S256`
   * @throws Refusal
   */
  readonly check: (thumbprint: string, connection: Connection, signal: AbortSignal | undefined) => Promise<void>
}

/** Bytes; certificates have one or two thousand. */
const maxLength = 64 * 1024
const pem = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/

/**
 * Accepts tokens that are bound to a certificate, over a connection of the client whose certificate it is (RFC 8705 §3).
 *
 * The certificate is looked for only then. Its chain is not checked: the authorization server decided what it is worth.
 *
 * @param certificateFrom finds it: `peerCertificate`, `certificateHeader('client-cert')` behind a proxy, or a function of
 * yours. No header is trusted without it. One handed to `authenticate` comes before it, and needs none.
 * @throws TypeError for what is no function.
 * @example
 * const verifier = createVerifier({
 *   issuer: 'https://as.example.com',
 *   audience: 'https://api.example.com',
 *   mtls: clientCertificates(peerCertificate),
 * })
 */
export function clientCertificates(certificateFrom?: CertificateFrom): ClientCertificates {
  if (certificateFrom !== undefined && typeof certificateFrom !== 'function') {
    throw new TypeError("clientCertificates takes a function: peerCertificate, or certificateHeader('client-cert')")
  }
  return Object.freeze({
    check: async (thumbprint: string, { request, certificate }: Connection, signal: AbortSignal | undefined) => {
      const found = certificate ?? (await find(request, certificateFrom, signal))
      if (found === undefined) throw invalidToken('it is bound to a certificate (cnf.x5t#S256), and none came with it')
      const der = readDer(found)
      if (der === undefined) throw invalidToken('what came as the certificate is not exactly one certificate')
      if ((await sha256(der)) !== thumbprint) throw invalidToken('it is bound to another certificate (cnf.x5t#S256)')
    },
  })
}

async function find(
  request: RequestLike | undefined,
  certificateFrom: CertificateFrom | undefined,
  signal: AbortSignal | undefined,
): Promise<ClientCertificate | undefined> {
  if (request === undefined || certificateFrom === undefined) return undefined
  return inTime('certificateFrom', () => certificateFrom(request), signal)
}

function readDer(certificate: unknown): Uint8Array<ArrayBuffer> | undefined {
  const bytes = typeof certificate === 'string' ? decodePem(certificate) : copy(certificate)
  return bytes !== undefined && isOneSequence(bytes) ? bytes : undefined
}

function copy(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof ArrayBuffer) return value.byteLength > maxLength ? undefined : new Uint8Array(value)
  return value instanceof Uint8Array && value.length <= maxLength ? new Uint8Array(value) : undefined
}

function decodePem(text: string): Uint8Array<ArrayBuffer> | undefined {
  const base64 = text.length > 2 * maxLength ? undefined : pem.exec(text)?.[1]
  return base64 === undefined ? undefined : decodeBase64(base64)
}

/** `undefined` for what is no base64; blanks and line breaks are left out. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** A certificate is one DER SEQUENCE and nothing behind it (RFC 5280 §4.1, X.690 §10.1). */
function isOneSequence(der: Uint8Array): boolean {
  const [tag, first = 0] = der
  if (tag !== 0x30 || der.length > maxLength) return false
  if (first < 0x80) return der.length === 2 + first
  const size = der.subarray(2, 2 + (first & 0x7f))
  const length = size.reduce((sum, byte) => sum * 256 + byte, 0)
  return der.length === 2 + size.length + length
}
