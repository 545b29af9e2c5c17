import { createHash } from 'node:crypto'

/** A self-signed certificate on P-256, and its key. */
export interface TestCertificate {
  readonly der: Uint8Array<ArrayBuffer>
  readonly pem: string
  readonly keyPem: string
  /** As `cnf.x5t#S256` has it. */
  readonly thumbprint: string
}

export async function createCertificate(name: string): Promise<TestCertificate> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  const algorithm = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex')) // ecdsa-with-SHA256
  const commonName = der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name)))
  const subject = der(0x30, der(0x31, commonName))
  const validity = der(0x30, der(0x17, Buffer.from('240101000000Z')), der(0x17, Buffer.from('490101000000Z')))
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const serial = der(0x02, Buffer.from([1]))
  const body = der(0x30, version, serial, algorithm, subject, validity, subject, spki)
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, body)
  const halves = [0, 32].map((at) => integer(Buffer.from(signature.slice(at, at + 32))))
  const bytes = Uint8Array.from(der(0x30, body, algorithm, der(0x03, Buffer.from([0]), der(0x30, ...halves))))
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  return {
    der: bytes,
    pem: pemOf('CERTIFICATE', bytes),
    keyPem: pemOf('PRIVATE KEY', key),
    thumbprint: createHash('sha256').update(bytes).digest('base64url'),
  }
}

/** One value of ASN.1 in DER. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer<ArrayBuffer> {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

/** Unsigned: no needless zeros in front, but one where the first bit would mean minus. */
function integer(bytes: Buffer): Buffer {
  const trimmed = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  return der(0x02, (trimmed[0] ?? 0) < 128 ? trimmed : Buffer.concat([Buffer.from([0]), trimmed]))
}

function pemOf(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('base64').replace(/.{64}/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}
