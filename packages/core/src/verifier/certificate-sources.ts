import { isJsonObject } from '../json.js'
import { isNonEmptyString } from '../shapes.js'
import { type CertificateFrom, type ClientCertificate, decodeBase64 } from './certificate.js'
import { fieldOf } from './field.js'
import type { RequestLike } from './request.js'

/**
 * Takes the client's certificate from the TLS connection of a `node:http` request. The server must ask for one:
 * `createServer({ requestCert: true, rejectUnauthorized: false })`.
 *
 * @example createVerifier({ issuer, audience, mtls: clientCertificates(peerCertificate) })
 */
export function peerCertificate(request: RequestLike): ClientCertificate | undefined {
  const socket: unknown = 'socket' in request ? request.socket : undefined
  if (!isJsonObject(socket) || typeof socket.getPeerCertificate !== 'function') return undefined
  const certificate: unknown = socket.getPeerCertificate()
  return isJsonObject(certificate) && certificate.raw instanceof Uint8Array ? certificate.raw : undefined
}

/** What is no certificate, so that a field that is there and malformed is refused. */
const malformed = new Uint8Array()

/**
 * Takes the client's certificate from a header field that a proxy in front of the API sets: `Client-Cert` as RFC 9440
 * has it, or URL-encoded PEM. The proxy must remove the field from whatever clients send, or anybody names any
 * certificate.
 *
 * @param name of the field.
 * @throws TypeError when the name is none.
 * @example createVerifier({ issuer, audience, mtls: clientCertificates(certificateHeader('client-cert')) })
 */
export function certificateHeader(name: string): CertificateFrom {
  if (!isNonEmptyString(name) || !/^[A-Za-z0-9-]+$/.test(name)) {
    throw new TypeError("certificateHeader takes the name of a header field, 'client-cert' for instance")
  }
  const field = name.toLowerCase()
  return (request) => {
    const value = fieldOf(request, field)?.trim()
    if (value === undefined || value === '') return undefined
    // RFC 9440 §2.1: a byte sequence between colons. Several values would be joined by commas, which base64 lacks.
    const bytes = /^:([A-Za-z0-9+/=]+):$/.exec(value)?.[1]
    return bytes === undefined ? decodeUri(value) : (decodeBase64(bytes) ?? malformed)
  }
}

function decodeUri(value: string): ClientCertificate {
  try {
    return decodeURIComponent(value)
  } catch {
    return malformed
  }
}
