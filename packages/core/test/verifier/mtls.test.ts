import { once } from 'node:events'
import { createServer, request as send } from 'node:https'
import { describe, expect, test } from 'vitest'
import { type ClientCertificate, clientCertificates } from '../../src/verifier/certificate.js'
import { certificateHeader, peerCertificate } from '../../src/verifier/certificate-sources.js'
import { dpopProofs } from '../../src/verifier/dpop.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { createCertificate } from '../support/certificates.js'
import { createProver, dpopRequest, origin } from './support/proofs.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')
const [ours, other] = await Promise.all([createCertificate('client'), createCertificate('other')])
const bound = await signer.sign(claimsWith({ cnf: { 'x5t#S256': ours.thumbprint } }))

function verifierWith(options: Partial<VerifierOptions> = {}) {
  return createVerifier({
    issuer,
    audience,
    jwks: { keys: [signer.jwk] },
    clockTolerance: 0,
    now: clockAt(),
    mtls: clientCertificates(),
    ...options,
  })
}

function requestWith(token: string, headers: Readonly<Record<string, string>> = {}): Request {
  return new Request(`${origin}/accounts`, { headers: { authorization: `Bearer ${token}`, ...headers } })
}

/** What a server might hand in by mistake, past the compiler. */
function wrong(value: unknown): ClientCertificate {
  return value as ClientCertificate
}

describe('a token that is bound to a certificate', () => {
  test.for<readonly [string, ClientCertificate | undefined, string]>([
    ['DER', ours.der, 'accepted'],
    ['DER in an ArrayBuffer', ours.der.buffer, 'accepted'],
    ['DER in a Buffer of a pool', Buffer.from(ours.der), 'accepted'],
    ['PEM', ours.pem, 'accepted'],
    ['PEM with CRLF', ours.pem.replaceAll('\n', '\r\n'), 'accepted'],
    ['none', undefined, 'invalid_token'],
    ['another', other.der, 'invalid_token'],
    ['H-71 PEM with a second certificate', ours.pem + other.pem, 'invalid_token'],
    ['H-71 PEM with our certificate twice', ours.pem + ours.pem, 'invalid_token'],
    ['text around the PEM', `Subject: client\n${ours.pem}`, 'invalid_token'],
    ['a byte behind the DER', Uint8Array.from([...ours.der, 0]), 'invalid_token'],
    ['the DER cut short', ours.der.slice(0, -1), 'invalid_token'],
    ['no bytes', new Uint8Array(), 'invalid_token'],
    ['an empty text', '', 'invalid_token'],
    ['garbage in PEM', '-----BEGIN CERTIFICATE-----\n=A=\n-----END CERTIFICATE-----', 'invalid_token'],
    ['a megabyte', new Uint8Array(1024 * 1024).fill(0x30), 'invalid_token'],
    ['a number', wrong(1), 'invalid_token'],
    ['an object', wrong({ raw: ours.der }), 'invalid_token'],
  ])('is held against a certificate that is %s', async ([, certificate, verdict]) => {
    const verifier = verifierWith()
    expect(await verdictOf(verifier.authenticate(requestWith(bound), { certificate }))).toBe(verdict)
  })

  test.for<readonly [string, unknown]>([
    ['H-73 x5t, of SHA-1', { x5t: ours.thumbprint }],
    ['H-73 an empty thumbprint', { 'x5t#S256': '' }],
    ['H-73 thumbprints in a list', { 'x5t#S256': [ours.thumbprint] }],
    ['a thumbprint in another case of its name', { 'x5t#s256': ours.thumbprint }],
    ['a thumbprint with padding', { 'x5t#S256': `${ours.thumbprint}=` }],
    ['x5u beside it', { 'x5t#S256': ours.thumbprint, x5u: 'https://evil.example' }],
  ])('is refused for %s', async ([, cnf]) => {
    const token = await signer.sign(claimsWith({ cnf }))
    const checked = verifierWith().authenticate(requestWith(token), { certificate: ours.der })
    expect(await verdictOf(checked)).toBe('invalid_token')
  })

  test('is looked at each time, remembered or not', async () => {
    const verifier = verifierWith()
    await verifier.authenticate(requestWith(bound), { certificate: ours.der })
    expect(await verdictOf(verifier.authenticate(requestWith(bound), { certificate: other.der }))).toBe('invalid_token')
    expect(await verdictOf(verifier.verify(bound))).toBe('invalid_token')
  })

  test('H-74 needs its proof as well where it is bound to both', async () => {
    const client = await createProver()
    const token = await signer.sign(claimsWith({ cnf: { jkt: client.jkt, 'x5t#S256': ours.thumbprint } }))
    const verifier = verifierWith({ dpop: dpopProofs({ origin }) })
    const both = async (certificate: Uint8Array | undefined, proof: Promise<string>): Promise<string> =>
      verdictOf(verifier.authenticate(dpopRequest(token, await proof), { certificate }))
    expect(await both(ours.der, client.prove(token))).toBe('accepted')
    expect(await both(other.der, client.prove(token))).toBe('invalid_token')
    expect(await both(undefined, client.prove(token))).toBe('invalid_token')
    expect(await both(ours.der, client.prove(token, { htm: 'PUT' }))).toBe('invalid_dpop_proof')
    const asBearer = verifier.authenticate(requestWith(token), { certificate: ours.der })
    expect(await verdictOf(asBearer)).toBe('invalid_token')
  })

  test('does not concern other tokens: their certificate is not looked for', async () => {
    const asked: unknown[] = []
    const verifier = verifierWith({
      mtls: clientCertificates((request) => {
        asked.push(request)
        return ''
      }),
    })
    expect(await verdictOf(verifier.authenticate(requestWith(await signer.sign())))).toBe('accepted')
    expect(asked).toEqual([])
  })
})

describe('where a certificate comes from', () => {
  test('does not matter to an API that takes none', async () => {
    const checked = verifierWith({ mtls: undefined }).authenticate(requestWith(bound), { certificate: ours.der })
    expect((await refusalOf(checked)).reason).toBe(
      'it is bound to a certificate (cnf.x5t#S256), and this API takes none',
    )
  })

  test.for([null, 'client-cert', {}])('is no %j', (from) => {
    expect(() => clientCertificates(from as never)).toThrow(/^clientCertificates takes a function: peerCertificate/)
  })

  const base64 = Buffer.from(ours.der).toString('base64')
  test.for<readonly [string, string, string]>([
    ['H-72 RFC 9440', `:${base64}:`, 'accepted'],
    ['H-72 URL-encoded PEM', encodeURIComponent(ours.pem), 'accepted'],
    ['another in RFC 9440', `:${Buffer.from(other.der).toString('base64')}:`, 'invalid_token'],
    ['H-71 two values', `:${base64}:, :${base64}:`, 'invalid_token'],
    ['H-72 garbage', ':%%%:', 'invalid_token'],
    ['H-72 a broken escape', '%E0%A4%A', 'invalid_token'],
    ['H-72 no base64', ':====:', 'invalid_token'],
    ['bare base64', base64, 'invalid_token'],
    ['nothing', '', 'invalid_token'],
  ])('certificateHeader reads %s', async ([, value, verdict]) => {
    const verifier = verifierWith({ mtls: clientCertificates(certificateHeader('Client-Cert')) })
    expect(await verdictOf(verifier.authenticate(requestWith(bound, { 'client-cert': value })))).toBe(verdict)
  })

  test('no header is trusted without it', async () => {
    const request = requestWith(bound, { 'client-cert': `:${base64}:` })
    expect(await verdictOf(verifierWith().authenticate(request))).toBe('invalid_token')
  })

  test('what the server hands in comes before it', async () => {
    const verifier = verifierWith({ mtls: clientCertificates(() => ours.der) })
    expect(await verdictOf(verifier.authenticate(requestWith(bound)))).toBe('accepted')
    const checked = verifier.authenticate(requestWith(bound), { certificate: other.der })
    expect(await verdictOf(checked)).toBe('invalid_token')
  })

  test('makes a 503 when it throws, which says nothing of what it threw', async () => {
    const verifier = verifierWith({ mtls: clientCertificates(() => Promise.reject(new Error('secret'))) })
    const refusal = await refusalOf(verifier.authenticate(requestWith(bound)))
    expect(refusal.status).toBe(503)
    expect(refusal.reason).not.toContain('secret')
  })

  test.for(['', 'client cert', 'a\r\nb'])('certificateHeader refuses the name %j', (name) => {
    expect(() => certificateHeader(name)).toThrow(TypeError)
  })

  test.for<readonly [string, unknown]>([
    ['no socket', undefined],
    ['a socket without TLS', {}],
    ['a client without a certificate', { getPeerCertificate: () => ({}) }],
    ['no answer', { getPeerCertificate: () => null }],
  ])('peerCertificate finds none with %s', ([, socket]) => {
    expect(peerCertificate({ headers: {}, socket: socket as object })).toBeUndefined()
  })

  test('peerCertificate finds the one of a TLS handshake', async () => {
    const server = await createCertificate('127.0.0.1')
    const verifier = verifierWith({ mtls: clientCertificates(peerCertificate) })
    const tls = { key: server.keyPem, cert: server.pem, requestCert: true, rejectUnauthorized: false }
    const api = createServer(tls, async (request, response) => {
      response.end(await verdictOf(verifier.authenticate(request)))
    })
    api.listen(0, '127.0.0.1')
    await once(api, 'listening')
    const address = api.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const ask = async (client: object): Promise<string> => {
      const headers = { authorization: `Bearer ${bound}` }
      const call = send({
        port,
        host: '127.0.0.1',
        ca: server.pem,
        checkServerIdentity: () => undefined,
        headers,
        ...client,
      })
      call.end()
      const [response] = await once(call, 'response')
      return (await response.toArray()).join('')
    }
    expect(await ask({ key: ours.keyPem, cert: ours.pem })).toBe('accepted')
    expect(await ask({ key: other.keyPem, cert: other.pem })).toBe('invalid_token')
    expect(await ask({})).toBe('invalid_token')
    api.closeAllConnections()
    api.close()
  })
})
