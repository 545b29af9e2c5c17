import { describe, expect, test } from 'vitest'
import { denylist } from '../../src/verifier/denylist.js'
import { type DpopProofsOptions, dpopProofs } from '../../src/verifier/dpop.js'
import { memoryReplayStore, type ReplayStore } from '../../src/verifier/replay-store.js'
import type { NodeRequest } from '../../src/verifier/request.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { assemble, hmacSigned } from './support/keys.js'
import { createProver, dpopRequest, hashOf, origin } from './support/proofs.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')
const [client, thief] = await Promise.all([createProver(), createProver()])
const bound = await signer.sign(claimsWith({ cnf: { jkt: client.jkt } }))
const otherToken = await signer.sign(claimsWith({ cnf: { jkt: client.jkt }, sub: 'user-2' }))
const plain = await signer.sign()

function setUp(options: Partial<DpopProofsOptions> = {}, more: Partial<VerifierOptions> = {}) {
  const clock = clockAt()
  const base = { issuer, audience, jwks: { keys: [signer.jwk] }, clockTolerance: 0, now: clock }
  const verifier = createVerifier({ ...base, dpop: dpopProofs({ origin, ...options }), ...more })
  return { verifier, clock }
}

/** The same request as `node:http` has it. */
function nodeRequest(url: string, headers: NodeRequest['headers'], rawHeaders?: readonly string[]): NodeRequest {
  return { method: 'GET', url, headers: { host: 'evil.example', ...headers }, rawHeaders }
}

describe('a good proof', () => {
  test.for<readonly [string, () => Promise<Request | NodeRequest>]>([
    ['H-01 plain', async () => dpopRequest(bound, await client.prove(bound))],
    [
      'H-02 lower-case scheme',
      async () =>
        new Request(`${origin}/accounts`, {
          headers: { authorization: `dpop ${bound}`, dpop: await client.prove(bound) },
        }),
    ],
    ['H-47 query of the request', async () => dpopRequest(bound, await client.prove(bound), '/accounts?a=b#c')],
    [
      'H-48 query in htu',
      async () => dpopRequest(bound, await client.prove(bound, { htu: `${origin}/accounts?a=b#c` })),
    ],
    [
      'H-49 extra members',
      async () => dpopRequest(bound, await client.prove(bound, { extra: { a: 1 } }, { kid: 'x', extra: 1 })),
    ],
    [
      'H-50 case of host and scheme, default port, escapes, dot segments',
      async () =>
        dpopRequest(bound, await client.prove(bound, { htu: 'HTTPS://API.example.test:443/x/../%61ccounts' })),
    ],
    [
      'a node request, whose Host is never read',
      async () => nodeRequest('/accounts?x=y', { authorization: `DPoP ${bound}`, dpop: await client.prove(bound) }),
    ],
    [
      'a target in absolute form',
      async () =>
        nodeRequest('http://evil.example/accounts', {
          authorization: `DPoP ${bound}`,
          dpop: await client.prove(bound),
        }),
    ],
    ['the last moment of its age', async () => dpopRequest(bound, await client.prove(bound, { iat: epoch - 59.999 }))],
  ])('%s', async ([, make]) => {
    const { verifier } = setUp()
    expect(await verdictOf(verifier.authenticate(await make()))).toBe('accepted')
  })

  test.for(['ES384', 'ES512', 'Ed25519', 'EdDSA', 'PS256', 'RS256'])('by an %s key', async (alg) => {
    const prover = await createProver(alg)
    const token = await signer.sign(claimsWith({ cnf: { jkt: prover.jkt } }))
    const { verifier } = setUp()
    expect(await verdictOf(verifier.authenticate(dpopRequest(token, await prover.prove(token))))).toBe('accepted')
  })

  test('is asked for with each request, also when the token is remembered', async () => {
    const { verifier } = setUp()
    await verifier.authenticate(dpopRequest(bound, await client.prove(bound)))
    await verifier.authenticate(dpopRequest(bound, await client.prove(bound)))
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(bound, await thief.prove(bound))))
    expect(refusal.code).toBe('invalid_dpop_proof')
  })

  test('is held against each of several origins', async () => {
    const { verifier } = setUp({ origin: ['https://other.example.test', origin] })
    expect(await verdictOf(verifier.authenticate(dpopRequest(bound, await client.prove(bound))))).toBe('accepted')
  })
})

describe('a bad proof', () => {
  const claims: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['H-18 htm of another method', { htm: 'POST' }],
    ['htm in lower case', { htm: 'get' }],
    ['H-19 htm missing', { htm: undefined }],
    ['htm in a list', { htm: ['GET'] }],
    ['H-21 htu missing', { htu: undefined }],
    ['H-22 htu of another path', { htu: `${origin}/admin` }],
    ['htu with a further slash', { htu: `${origin}/accounts/` }],
    ['htu with another case of the path', { htu: `${origin}/Accounts` }],
    ['htu with an escaped slash', { htu: `${origin}%2faccounts` }],
    ['H-23 htu of another host', { htu: 'https://evil.example/accounts' }],
    ['htu of another port', { htu: `${origin}:8443/accounts` }],
    ['htu of another scheme', { htu: 'http://api.example.test/accounts' }],
    ['htu with a user', { htu: 'https://api.example.test@evil.example/accounts' }],
    ['htu with our user', { htu: 'https://user@api.example.test/accounts' }],
    ['htu with a backslash', { htu: `${origin}\\accounts` }],
    ['htu with a line break', { htu: `${origin}/acc\nounts` }],
    ['htu without slashes', { htu: 'https:api.example.test/accounts' }],
    ['H-24 htu that is no URL', { htu: '/accounts' }],
    ['htu in a list', { htu: [`${origin}/accounts`] }],
    ['H-26 ath wrong', { ath: hashOf('x') }],
    ['ath missing', { ath: undefined }],
    ['ath padded', { ath: `${hashOf(bound)}=` }],
    ['H-28 iat missing', { iat: undefined }],
    ['H-29 iat a string', { iat: String(epoch) }],
    ['H-30 iat an hour old', { iat: epoch - 3600 }],
    ['iat just too old', { iat: epoch - 60 }],
    ['iat in the future', { iat: epoch + 1 }],
    ['iat null', { iat: null }],
    ['jti missing', { jti: undefined }],
    ['H-34 jti a number', { jti: 1 }],
    ['H-35 jti empty', { jti: '' }],
    ['H-66 jti of more than 1024 characters', { jti: 'x'.repeat(1025) }],
    ['nonce a number', { nonce: 1 }],
    ['exp of its own that has passed', { exp: epoch }],
    ['exp a string', { exp: String(epoch + 60) }],
    ['nbf of its own that is ahead', { nbf: epoch + 1 }],
    ['nbf null', { nbf: null }],
  ]
  const headers: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['H-09 typ JWT', { typ: 'JWT' }],
    ['H-10 typ missing', { typ: undefined }],
    ['typ of an access token', { typ: 'at+jwt' }],
    ['H-15 jwk a string', { jwk: 'key' }],
    ['jwk missing', { jwk: undefined }],
    ['jwk null', { jwk: null }],
    ['jwk a list', { jwk: [client.publicJwk] }],
    ['jwk with its private half', { jwk: client.privateJwk }],
    ['H-16 jwk of another key', { jwk: thief.publicJwk }],
    ['jwk for encryption', { jwk: { ...client.publicJwk, use: 'enc' } }],
    ['jwk of another algorithm', { jwk: { ...client.publicJwk, alg: 'ES384' } }],
    ['jwk off its curve', { jwk: { ...client.publicJwk, x: client.publicJwk.y } }],
  ]
  test.for<readonly [string, () => Promise<string>]>([
    ...claims.map(([name, over]) => [name, () => client.prove(bound, over)] as const),
    ...headers.map(([name, over]) => [name, () => client.prove(bound, {}, over)] as const),
    ['H-17 by another key', () => thief.prove(bound)],
    ['H-27 made for another token', () => client.prove(otherToken)],
    ['H-38 empty', async () => ''],
    ['no JWT', async () => 'proof'],
    ['H-08 two, joined by a comma', async () => `${await client.prove(bound)}, ${await client.prove(bound)}`],
    ['longer than 8192 characters', () => client.prove(bound, { extra: 'x'.repeat(8192) })],
    [
      'H-12 HS256 with an oct key',
      async () => {
        const jwk = { kty: 'oct', k: Buffer.from('secret').toString('base64url') }
        const payload = { jti: 'x', htm: 'GET', htu: `${origin}/accounts`, iat: epoch, ath: hashOf(bound) }
        return hmacSigned(Object.assign({ alg: 'HS256' }, { typ: 'dpop+jwt', jwk }), payload, 'secret')
      },
    ],
    [
      'alg none',
      async () => {
        const payload = { jti: 'x', htm: 'GET', htu: `${origin}/accounts`, iat: epoch, ath: hashOf(bound) }
        return assemble({ alg: 'none', typ: 'dpop+jwt', jwk: client.publicJwk }, payload)
      },
    ],
    [
      'H-44 crit',
      async () => {
        const [, payload, signature] = (await client.prove(bound)).split('.')
        const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: client.publicJwk, crit: ['exp'], exp: 1 }
        return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`
      },
    ],
    [
      'a changed payload',
      async () => {
        const [header, , signature] = (await client.prove(bound, { htm: 'POST' })).split('.')
        const payload = { jti: 'y', htm: 'GET', htu: `${origin}/accounts`, iat: epoch, ath: hashOf(bound) }
        return `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${signature}`
      },
    ],
  ])('%s', async ([, make]) => {
    const { verifier } = setUp()
    const proof = await make()
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(bound, proof)))
    expect(refusal).toMatchObject({ code: 'invalid_dpop_proof', status: 401 })
    if (proof.length > 10) expect(JSON.stringify([refusal, refusal.reason, refusal.answer])).not.toContain(proof)
  })

  test('H-39 by an RSA key of 1024 bits', async () => {
    const key = await crypto.subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      true,
      ['sign', 'verify'],
    )
    const { n = '', e = '' } = await crypto.subtle.exportKey('jwk', key.publicKey)
    const jkt = hashOf(JSON.stringify({ e, kty: 'RSA', n }))
    const token = await signer.sign(claimsWith({ cnf: { jkt } }))
    const payload = { jti: 'x', htm: 'GET', htu: `${origin}/accounts`, iat: epoch, ath: hashOf(token) }
    const unsigned = assemble({ alg: 'RS256', typ: 'dpop+jwt', jwk: { kty: 'RSA', n, e } }, payload).slice(0, -1)
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key.privateKey, Buffer.from(unsigned))
    const proof = `${unsigned}.${Buffer.from(signature).toString('base64url')}`
    expect(await verdictOf(setUp().verifier.authenticate(dpopRequest(token, proof)))).toBe('invalid_dpop_proof')
  })

  test('H-45 is not saved by headers that name its host', async () => {
    const { verifier } = setUp()
    const proof = await client.prove(bound, { htu: 'https://evil.example/accounts' })
    const headers = { authorization: `DPoP ${bound}`, dpop: proof, 'x-forwarded-host': 'evil.example' }
    const request = nodeRequest('/accounts', { ...headers, forwarded: 'host=evil.example;proto=https' })
    expect(await verdictOf(verifier.authenticate(request))).toBe('invalid_dpop_proof')
  })

  test('H-07 stands beside a second one', async () => {
    const { verifier } = setUp()
    const [one, two] = [await client.prove(bound), await client.prove(bound)]
    const headers = { authorization: `DPoP ${bound}`, dpop: one }
    const raw = ['authorization', `DPoP ${bound}`, 'DPoP', one, 'dpop', two]
    expect(await verdictOf(verifier.authenticate(nodeRequest('/accounts', headers, raw)))).toBe('invalid_dpop_proof')
  })

  test.for<readonly [string, Partial<NodeRequest>]>([
    ['no method', { method: undefined }],
    ['no URL', { url: undefined }],
    ['a URL in asterisk form', { url: '*' }],
  ])('cannot be held against a request with %s', async ([, over]) => {
    const { verifier } = setUp()
    const proof = await client.prove(bound, { htm: over.method === undefined ? '' : 'GET' })
    const request = { ...nodeRequest('/accounts', { authorization: `DPoP ${bound}`, dpop: proof }), ...over }
    expect(await verdictOf(verifier.authenticate(request))).toBe('invalid_dpop_proof')
  })
})

describe('a binding', () => {
  const cnfs: readonly (readonly [string, unknown])[] = [
    ['H-40 jkt empty', { jkt: '' }],
    ['H-41 jkt in a list', { jkt: [client.jkt] }],
    ['H-43 x5t#S256 only', { 'x5t#S256': client.jkt }],
    ['jwk beside jkt', { jkt: client.jkt, jwk: client.publicJwk }],
    ['kid only', { kid: 'x' }],
    ['nothing', {}],
    ['null', null],
    ['a list', [client.jkt]],
    ['jkt of a prototype', JSON.parse(`{"__proto__":{"jkt":"${client.jkt}"}}`)],
  ]
  test.for(cnfs)('%s is refused', async ([, cnf]) => {
    const { verifier } = setUp()
    const token = await signer.sign(claimsWith({ cnf }))
    const request = dpopRequest(token, await client.prove(token))
    expect(await verdictOf(verifier.authenticate(request))).toBe('invalid_token')
  })

  test('A-18, H-06 is needed under the DPoP scheme', async () => {
    const { verifier } = setUp()
    expect(await verdictOf(verifier.authenticate(dpopRequest(plain, await client.prove(plain))))).toBe('invalid_token')
  })

  test('H-05 is worth nothing without a proof, and the challenge says how to make one', async () => {
    const { verifier } = setUp({ algorithms: ['ES256', 'PS256'] })
    const request = new Request(`${origin}/accounts`, { headers: { authorization: `DPoP ${bound}` } })
    const { code, answer } = await refusalOf(verifier.authenticate(request))
    expect(code).toBe('invalid_dpop_proof')
    expect(Object.fromEntries(answer.headers)['www-authenticate']).toBe(
      'DPoP realm="api", error="invalid_dpop_proof", error_description="The DPoP proof is invalid", algs="PS256 ES256"',
    )
  })

  test('is not loosened by sending the token as a bearer token', async () => {
    const { verifier } = setUp()
    const headers = { authorization: `Bearer ${bound}`, dpop: await client.prove(bound) }
    const { code, challenges } = await refusalOf(verifier.authenticate(new Request(`${origin}/accounts`, { headers })))
    expect(code).toBe('invalid_token')
    expect(challenges.map(({ scheme, params }) => [scheme, params.error])).toEqual([
      ['Bearer', 'invalid_token'],
      ['DPoP', undefined],
    ])
  })

  test('cannot be proven by a token alone', async () => {
    expect(await verdictOf(setUp().verifier.verify(bound))).toBe('invalid_token')
  })

  test('is refused by an API that takes no proofs, which knows no DPoP scheme either', async () => {
    const { verifier } = setUp({}, { dpop: undefined })
    expect(await verdictOf(verifier.verify(bound))).toBe('invalid_token')
    const request = dpopRequest(bound, await client.prove(bound))
    expect(await verdictOf(verifier.authenticate(request))).toBe('missing_token')
  })

  test('is no matter for plain bearer tokens, unless it is required', async () => {
    const request = (): Request => new Request(`${origin}/accounts`, { headers: { authorization: `Bearer ${plain}` } })
    expect(await verdictOf(setUp().verifier.authenticate(request()))).toBe('accepted')
    const { code, challenges } = await refusalOf(setUp({ required: true }).verifier.authenticate(request()))
    expect(code).toBe('invalid_token')
    expect(challenges.map(({ scheme }) => scheme)).toEqual(['DPoP'])
  })

  test('is read from the claims as they were sent, whatever a schema makes of them', async () => {
    const claims: VerifierOptions['claims'] = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { cnf: undefined } }) },
    }
    const { verifier } = setUp({}, { claims })
    const request = new Request(`${origin}/accounts`, { headers: { authorization: `Bearer ${bound}` } })
    expect(await verdictOf(verifier.authenticate(request))).toBe('invalid_token')
  })

  test('H-67 is offered beside Bearer where no token was sent', async () => {
    const { verifier } = setUp({ algorithms: ['ES256'] }, { resourceMetadata: 'https://api.example.test/meta' })
    const { answer } = await refusalOf(verifier.authenticate(new Request(origin)))
    expect(Object.fromEntries(answer.headers)['www-authenticate']).toBe(
      'Bearer realm="api", resource_metadata="https://api.example.test/meta", DPoP realm="api", algs="ES256", resource_metadata="https://api.example.test/meta"',
    )
  })

  test('puts later refusals of the token under its scheme', async () => {
    const { verifier } = setUp()
    const token = await verifier.authenticate(dpopRequest(bound, await client.prove(bound)))
    const refuse = async (): Promise<void> => verifier.authorize(token, 'admin')
    expect((await refusalOf(refuse())).challenges).toMatchObject([{ scheme: 'DPoP', params: { scope: 'admin' } }])
  })
})

describe('the use of a proof', () => {
  test('happens once, also at once', async () => {
    const { verifier } = setUp()
    const proof = await client.prove(bound)
    const verdicts = await Promise.all(
      Array.from({ length: 10 }, () => verdictOf(verifier.authenticate(dpopRequest(bound, proof)))),
    )
    expect(verdicts.filter((verdict) => verdict === 'accepted')).toHaveLength(1)
    expect(new Set(verdicts)).toEqual(new Set(['accepted', 'invalid_dpop_proof']))
  })

  test('is noted as long as the proof could be accepted', async () => {
    const { verifier, clock } = setUp({ maxAge: 100 })
    const token = await signer.sign(claimsWith({ exp: epoch + 1000, cnf: { jkt: client.jkt } }))
    const proof = await client.prove(token)
    expect(await verdictOf(verifier.authenticate(dpopRequest(token, proof)))).toBe('accepted')
    clock.advance(99.999)
    const { reason } = await refusalOf(verifier.authenticate(dpopRequest(token, proof)))
    expect(reason).toBe('the DPoP proof was used before')
    clock.advance(0.001)
    expect((await refusalOf(verifier.authenticate(dpopRequest(token, proof)))).reason).toContain('too old')
  })

  test('comes after everything about token and proof, and before any policy', async () => {
    const used: string[] = []
    const replayStore: ReplayStore = {
      add: ({ id }) => {
        used.push(id)
        return 'added'
      },
    }
    let revoked = true
    const { verifier } = setUp({ replayStore }, { revocation: denylist(() => revoked) })
    const attempt = async (proof: Promise<string>, scopes?: string): Promise<string> =>
      verdictOf(verifier.authenticate(dpopRequest(bound, await proof), { scopes }))
    expect(await attempt(client.prove(bound))).toBe('invalid_token')
    revoked = false
    expect(await attempt(thief.prove(bound))).toBe('invalid_dpop_proof')
    expect(used).toEqual([])
    expect(await attempt(client.prove(bound, { jti: 'one' }), 'admin')).toBe('insufficient_scope')
    expect(used).toEqual([hashOf('one')])
  })

  test('is refused with a 503 when the store is full, and one client does not fill it', async () => {
    const clock = clockAt()
    const replayStore = memoryReplayStore({ maxEntries: 3, maxPerKey: 2, now: clock })
    const { verifier } = setUp({ replayStore })
    const other = await signer.sign(claimsWith({ cnf: { jkt: thief.jkt } }))
    const attempt = async (): Promise<string> =>
      verdictOf(verifier.authenticate(dpopRequest(bound, await client.prove(bound))))
    expect([await attempt(), await attempt(), await attempt()]).toEqual([
      'accepted',
      'accepted',
      'temporarily_unavailable',
    ])
    const fits = dpopRequest(other, await thief.prove(other))
    expect(await verdictOf(verifier.authenticate(fits))).toBe('accepted')
    const full = await refusalOf(verifier.authenticate(dpopRequest(other, await thief.prove(other))))
    expect(full).toMatchObject({ status: 503, retryAfter: 1, challenges: [] })
  })

  const broken: readonly (readonly [string, ReplayStore['add']])[] = [
    ['throws', () => Promise.reject(new Error('redis://user:secret@host'))],
    ['answers never', () => new Promise(() => undefined)],
    ['answers what is no verdict', () => JSON.parse('true')],
  ]
  test.for(broken)('is refused with a 503 when the store %s', async ([, add]) => {
    const { verifier } = setUp({ replayStore: { add } })
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(bound, await client.prove(bound))))
    expect(refusal.status).toBe(503)
    expect(refusal.reason).not.toContain('secret')
  })
})
