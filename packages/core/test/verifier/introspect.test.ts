import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { clientSecretPost } from '../../src/oauth/client-authentication.js'
import { portsip } from '../../src/profiles/index.js'
import type { VerifierEvent } from '../../src/verifier/events.js'
import { introspect } from '../../src/verifier/introspect.js'
import type { IntrospectOptions } from '../../src/verifier/introspect-options.js'
import type { Verifier, VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { faults, type Handler, json, startServer, type TestServer, text } from './support/http.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer, type TestClock } from './support/tokens.js'

const opaque = 'NGMZZGRMZMQTNJG4YS0ZMJY3LWI1MTUTNWZJYTDIZDA4ODAY'
const secret = 'planted-secret-7c1f'
const active = {
  active: true,
  iss: issuer,
  aud: audience,
  sub: 'u',
  client_id: 'c',
  exp: epoch + 300,
  scope: 'read write',
}

async function setUp(
  handler: Handler = json(active),
  introspection: Partial<IntrospectOptions> = {},
  options: Partial<VerifierOptions> = {},
): Promise<{ server: TestServer; verifier: Verifier; clock: TestClock; events: VerifierEvent[] } & AsyncDisposable> {
  const server = await startServer(handler)
  const clock = clockAt()
  const events: VerifierEvent[] = []
  const verifier = createVerifier({
    issuer,
    audience,
    introspection: introspect({
      endpoint: `${server.origin}/introspect`,
      clientId: 'api id',
      clientSecret: secret,
      ...introspection,
    }),
    clockTolerance: 0,
    now: clock,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { server, verifier, clock, events, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** What a request held when it had arrived in full. */
interface Received {
  readonly method: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

function recording(into: Received[], answer: Handler = json(active)): Handler {
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      into.push({ method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString() })
      answer(request, response)
    })
  }
}

describe('an opaque token', () => {
  test('is accepted as the authorization server describes it', async () => {
    await using t = await setUp()
    const token = await t.verifier.verify(opaque, { scopes: 'read' })
    expect(token).toMatchObject({
      issuer,
      subject: 'u',
      clientId: 'c',
      scopes: ['read', 'write'],
      expiresAt: epoch + 300,
    })
    expect(token.claims).toMatchObject(active)
  })

  test('E-1 is sent as RFC 7662 says, encoded', async () => {
    const received: Received[] = []
    await using t = await setUp(recording(received))
    await t.verifier.verify('a+b/c~d==')
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({
      method: 'POST',
      body: 'token=a%2Bb%2Fc%7Ed%3D%3D&token_type_hint=access_token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${btoa(`api+id:${secret}`)}`,
      },
    })
  })

  test('is asked about with the credentials in the body where that is configured', async () => {
    const received: Received[] = []
    await using t = await setUp(recording(received), { clientSecret: undefined, clientAuth: clientSecretPost(secret) })
    await t.verifier.verify(opaque)
    expect(received[0]?.headers.authorization).toBeUndefined()
    expect(received[0]?.body).toBe(
      `token=${opaque}&token_type_hint=access_token&client_id=api+id&client_secret=${secret}`,
    )
  })

  test('is asked about with the next secret of a list once the first is refused, and by that from then on', async () => {
    const received: Received[] = []
    const handler = recording(received, (request, response) => {
      const isNew = request.headers.authorization === `Basic ${btoa('api+id:new')}`
      const answer = isNew ? json(active) : text('', {}, 401)
      answer(request, response)
    })
    await using t = await setUp(handler, { clientSecret: ['old', 'new'] })
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    expect(await verdictOf(t.verifier.verify('another'))).toBe('accepted')
    expect(received).toHaveLength(3)
  })

  test('without introspection is refused by a verifier of JWTs', async () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [(await createSigner('ES256')).jwk] } })
    expect(await verdictOf(verifier.verify(opaque))).toBe('invalid_token')
  })

  test("maps the issuer's roles, as PortSIP's", async () => {
    await using t = await setUp(
      json({ active: true, aud: audience, exp: epoch + 5, role: 'admin' }),
      {},
      {
        profile: portsip({ host: 'pbx.example.test' }),
        scopeMapping: { map: { admin: ['accounts:read', 'accounts:write'], user: ['accounts:read'] } },
      },
    )
    expect((await t.verifier.verify(opaque)).scopes).toEqual(['accounts:read', 'accounts:write'])
  })

  test('finds its endpoint through the metadata', async () => {
    await using server = await startServer((request, response) => {
      const { origin } = server
      const metadata = { issuer: origin, introspection_endpoint: `${origin}/i` }
      json(request.url === '/i' ? { ...active, iss: origin } : metadata)(request, response)
    })
    const introspection = introspect({ clientId: 'api', clientSecret: secret })
    const verifier = createVerifier({ issuer: server.origin, audience, introspection, now: clockAt() })
    expect(await verdictOf(verifier.verify(opaque))).toBe('accepted')
    expect(server.paths).toEqual(['/.well-known/openid-configuration', '/i'])
  })
})

describe('an answer', () => {
  const without = (...names: (keyof typeof active)[]) =>
    Object.fromEntries(Object.entries(active).filter(([name]) => !names.some((each) => each === name)))

  test.for<readonly [string, Handler, string]>([
    ['E-i_activestr', json({ ...active, active: 'true' }), 'invalid_token'],
    ['E-i_active1', json({ ...active, active: 1 }), 'invalid_token'],
    ['E-i_activefalsestr', json({ ...active, active: 'false' }), 'invalid_token'],
    ['E-i_noactive', json(without('active')), 'invalid_token'],
    ['E-i_false', json({ active: false }), 'invalid_token'],
    ['E-i_falseplus', json({ ...active, active: false }), 'invalid_token'],
    ['E-i_null', json(null), 'invalid_token'],
    ['E-i_null member', json({ ...active, active: null }), 'invalid_token'],
    ['E-i_arr', json([active]), 'invalid_token'],
    ['E-i_ACTIVE', json({ ...without('active'), ACTIVE: true }), 'invalid_token'],
    ['E-i_protoactive', text('{"__proto__":{"active":true}}'), 'invalid_token'],
    ['E-i_dupactive', text(`{"active":false,${JSON.stringify(active).slice(1)}`), 'invalid_token'],
    ['E-i_noexp', json(without('exp')), 'accepted'],
    ['E-i_exppast', json({ ...active, exp: epoch - 1 }), 'invalid_token'],
    ['E-i_expstr', json({ ...active, exp: `${epoch + 300}` }), 'invalid_token'],
    ['exp null', json({ ...active, exp: null }), 'invalid_token'],
    ['E-i_expms', json({ ...active, exp: epoch * 1000 }), 'accepted'],
    ['E-i_exphuge', json({ ...active, exp: 1e300 }), 'accepted'],
    ['exp 1e400', text(JSON.stringify(active).replace(`"exp":${epoch + 300}`, '"exp":1e400')), 'invalid_token'],
    ['E-i_nbf', json({ ...active, nbf: epoch + 1 }), 'invalid_token'],
    ['iat ahead', json({ ...active, iat: epoch + 1 }), 'invalid_token'],
    ['E-i_iss', json({ ...active, iss: 'https://evil.test' }), 'invalid_token'],
    ['iss null', json({ ...active, iss: null }), 'invalid_token'],
    ['iss missing', json(without('iss')), 'accepted'],
    ['E-i_aud', json({ ...active, aud: 'https://other.test' }), 'invalid_token'],
    ['E-i_noaud', json(without('aud')), 'invalid_token'],
    ['E-i_audarr', json({ ...active, aud: ['x', audience] }), 'accepted'],
    ['E-i_nosub', json(without('sub')), 'accepted'],
    ['sub of a wrong type', json({ ...active, sub: 7 }), 'invalid_token'],
    ['E-i_scopearr', json({ ...active, scope: ['read', 'write'] }), 'accepted'],
    ['E-i_noscope', json(without('scope')), 'accepted'],
    ['E-i_scopeobj', json({ ...active, scope: { read: true } }), 'accepted'],
    ['E-i_refresh', json({ ...active, token_use: 'refresh_token' }), 'invalid_token'],
    ['E-i_dpop cnf', json({ ...active, cnf: { jkt: 'x' } }), 'invalid_token'],
    ['E-i_dpop token_type', json({ ...active, token_type: 'DPoP' }), 'invalid_token'],
    ['token_type bearer', json({ ...active, token_type: 'bearer' }), 'accepted'],
    [
      'E-i_jwtresp',
      text('eyJhbGciOiJSUzI1NiJ9.e30.AA', { 'content-type': 'application/token-introspection+jwt' }),
      'temporarily_unavailable',
    ],
  ])('%s', async ([, handler, verdict]) => {
    await using t = await setUp(handler)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe(verdict)
    expect(Reflect.get({}, 'active')).toBeUndefined()
  })

  test.for([
    ['array', ['read', 'write'], ['read', 'write']],
    ['missing', undefined, []],
    ['object', { read: true }, []],
  ] as const)('E-i_scope as %s grants %j', async ([, scope, scopes]) => {
    await using t = await setUp(json({ ...active, scope }))
    expect((await t.verifier.verify(opaque)).scopes).toEqual(scopes)
  })

  test('E-i_noaud is accepted where that was loudly asked for, another audience is not', async () => {
    await using t = await setUp(json(without('aud')), { dangerouslyAllowMissingAudience: true, cache: false })
    const token = await t.verifier.verify(opaque)
    expect(token.claims.aud).toEqual([])
    t.server.answer(json({ ...active, aud: 'https://other.test' }))
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('invalid_token')
    t.server.answer(json({ ...active, aud: null }))
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('invalid_token')
  })
})

describe('a server that cannot tell', () => {
  test.for(Object.entries(faults))('E-6, E-i_401, E-i_500: %s is a 503, and nothing is kept', async ([, fault]) => {
    await using t = await setUp(fault)
    const refusal = await refusalOf(t.verifier.verify(opaque))
    expect(refusal.code).toBe('temporarily_unavailable')
    expect(refusal.retryAfter).toBeGreaterThanOrEqual(1)
    t.server.answer(json(active))
    t.clock.advance(refusal.retryAfter ?? 0)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
  })

  test('is left alone for as long as it asks, a minute at most, whatever token comes', async () => {
    await using t = await setUp(text('', { 'retry-after': '7' }, 503))
    expect(await refusalOf(t.verifier.verify(opaque))).toMatchObject({ retryAfter: 7 })
    t.server.answer(text('', { 'retry-after': '3600' }, 429))
    t.clock.advance(6.5)
    expect(await refusalOf(t.verifier.verify('another'))).toMatchObject({ retryAfter: 1 })
    expect(t.server.paths).toHaveLength(1)
    t.clock.advance(0.5)
    expect(await refusalOf(t.verifier.verify('another'))).toMatchObject({ retryAfter: 60 })
    t.server.answer(json(active))
    t.clock.advance(60)
    expect(await verdictOf(t.verifier.verify('another'))).toBe('accepted')
    expect(t.server.paths).toHaveLength(3)
  })

  test.for<readonly [string, Handler]>([
    ['that breaks the connection', (request) => request.socket.destroy()],
    ['that refuses our credentials', text('', {}, 401)],
    ['that is being restarted', text('', {}, 502)],
  ])('%s is not asked by a thousand tokens', async ([, handler]) => {
    await using t = await setUp(handler)
    for (let i = 0; i < 20; i++) {
      expect(await verdictOf(t.verifier.verify(`token-${i}`))).toBe('temporarily_unavailable')
    }
    expect(t.server.paths).toHaveLength(1)
    t.clock.advance(-1)
    t.server.answer(json(active))
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
  })

  test.for<readonly [string, Handler]>([
    ['a 400', text('', {}, 400)],
    ['a 500', text('', {}, 500)],
    ['a page', text('<html>')],
    ['an answer far too long', text('x'.repeat(600 * 1024))],
  ])('for one token, by %s, is asked about the others all the same', async ([, fault]) => {
    const received: Received[] = []
    await using t = await setUp(
      recording(received, (request, response) =>
        (received.at(-1)?.body.includes('poison') ? fault : json(active))(request, response),
      ),
    )
    for (let i = 0; i < 5; i++) expect(await verdictOf(t.verifier.verify('poison'))).toBe('temporarily_unavailable')
    expect(t.server.paths).toHaveLength(1)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    t.clock.advance(1)
    await refusalOf(t.verifier.verify('poison'))
    expect(t.server.paths).toHaveLength(3)
  })

  test('hides no answer that is kept', async () => {
    await using t = await setUp()
    await t.verifier.verify(opaque)
    t.server.answer(text('', {}, 503))
    await refusalOf(t.verifier.verify('another'))
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
  })

  test('because the secret never comes is given up in time', async () => {
    const clientSecret = () => new Promise<string>(() => undefined)
    await using t = await setUp(json(active), { clientSecret, timeout: 0.05 })
    expect(await refusalOf(t.verifier.verify(opaque))).toMatchObject({ code: 'temporarily_unavailable' })
    expect(t.server.paths).toEqual([])
  })

  test('is no reason to print a secret that could not be had', async () => {
    const clientSecret = () => Promise.reject(new Error(`vault says ${secret}`))
    await using t = await setUp(json(active), { clientSecret })
    const refusal = await refusalOf(t.verifier.verify(opaque))
    expect(refusal.code).toBe('temporarily_unavailable')
    expect(`${refusal.message}${refusal.reason}${refusal.stack}${JSON.stringify(t.events)}`).not.toContain(secret)
  })

  test('M-m_tokencross that names an endpoint elsewhere is a 503: no token and no secret goes there', async () => {
    await using elsewhere = await startServer(json(active))
    await using server = await startServer((request, response) =>
      json({ issuer: server.origin, introspection_endpoint: elsewhere.origin })(request, response),
    )
    const introspection = introspect({ clientId: 'api', clientSecret: secret })
    const verifier = createVerifier({ issuer: server.origin, audience, introspection })
    expect(await verdictOf(verifier.verify(opaque))).toBe('temporarily_unavailable')
    expect(elsewhere.paths).toEqual([])
  })

  test('without an introspection endpoint in its metadata is a 503', async () => {
    await using server = await startServer((request, response) => json({ issuer: server.origin })(request, response))
    const introspection = introspect({ clientId: 'api', clientSecret: secret })
    const verifier = createVerifier({ issuer: server.origin, audience, introspection })
    expect(await verdictOf(verifier.verify(opaque))).toBe('temporarily_unavailable')
  })
})

describe('answers are kept', () => {
  test('for a minute: E-i_flip, E-9 a revoked token is accepted no longer', async () => {
    await using t = await setUp()
    await t.verifier.verify(opaque)
    t.server.answer(json({ active: false }))
    t.clock.advance(59.999)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    expect(t.server.paths).toHaveLength(1)
    t.clock.advance(0.001)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('invalid_token')
    expect(t.server.paths).toHaveLength(2)
  })

  test('never beyond exp', async () => {
    await using t = await setUp(json({ ...active, exp: epoch + 10 }))
    await t.verifier.verify(opaque)
    t.clock.advance(10)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('invalid_token')
    expect(t.server.paths).toHaveLength(1)
  })

  test('as long as configured, and a minute where the answer has no exp', async () => {
    const { exp: _, ...endless } = active
    await using t = await setUp(json(endless), { cache: { maxAge: 600 } })
    expect((await t.verifier.verify(opaque)).expiresAt).toBe(epoch + 60)
    t.clock.advance(59)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    expect(t.server.paths).toHaveLength(1)
    t.clock.advance(1)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    expect(t.server.paths).toHaveLength(2)
  })

  test('not at all where that is configured', async () => {
    await using t = await setUp(json(active), { cache: false })
    await t.verifier.verify(opaque)
    await t.verifier.verify(opaque)
    expect(t.server.paths).toHaveLength(2)
  })

  test('for ten seconds where the token is not active', async () => {
    await using t = await setUp(json({ active: false }))
    for (let i = 0; i < 5; i++) expect(await verdictOf(t.verifier.verify(opaque))).toBe('invalid_token')
    expect(t.server.paths).toHaveLength(1)
    t.clock.advance(10)
    t.server.answer(json(active))
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
  })

  test('G-10 in a bounded number, made-up tokens pushing no good one out', async () => {
    const isGood = (body: string) => body.includes(opaque)
    const received: Received[] = []
    const handler: Handler = recording(received, (request, response) =>
      json(isGood(received.at(-1)?.body ?? '') ? active : { active: false })(request, response),
    )
    await using t = await setUp(handler, { cache: { maxEntries: 3 } })
    await t.verifier.verify(opaque)
    for (let i = 0; i < 10; i++) await refusalOf(t.verifier.verify(`made-up-${i}`))
    expect(t.server.paths).toHaveLength(11)
    await t.verifier.verify(opaque)
    expect(t.server.paths).toHaveLength(11)
    await refusalOf(t.verifier.verify('made-up-0'))
    expect(t.server.paths).toHaveLength(12)
  })

  test('unless they are longer than 16 KiB: the memory is bounded in bytes too', async () => {
    await using t = await setUp(json({ ...active, fill: 'x'.repeat(16 * 1024) }))
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    expect(t.server.paths).toHaveLength(2)
  })

  test('G-12 one hundred at once ask once', async () => {
    await using t = await setUp()
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => verdictOf(t.verifier.verify(opaque))))
    expect(new Set(verdicts)).toEqual(new Set(['accepted']))
    expect(t.server.paths).toHaveLength(1)
  })

  test('G-13 a caller who gives up poisons nothing', async () => {
    await using t = await setUp()
    const release = t.server.hold()
    const controller = new AbortController()
    const leaving = t.verifier.verify(opaque, { signal: controller.signal })
    const staying = verdictOf(t.verifier.verify(opaque))
    await t.server.arrived(1)
    controller.abort(new Error('gone'))
    await expect(leaving).rejects.toThrow('gone')
    release()
    expect(await staying).toBe('accepted')
    expect(t.server.paths).toHaveLength(1)
  })

  test('G-14 by verifier', async () => {
    await using good = await setUp()
    await using other = await setUp(json({ active: false }))
    expect(await verdictOf(good.verifier.verify(opaque))).toBe('accepted')
    expect(await verdictOf(other.verifier.verify(opaque))).toBe('invalid_token')
  })
})

describe('E-3 a token that looks like a JWT', async () => {
  const signer = await createSigner('ES256', 'k')
  const foreign = await signer.sign(claimsWith({ iss: 'https://elsewhere.test' }))
  const own = await signer.sign()
  const [header = '', payload = ''] = foreign.split('.')

  test.for([
    ['of a foreign issuer', foreign],
    ['without signature', `${header}.${payload}.`],
    ['in two segments', `${header}.${payload}`],
    ['encrypted', `${header}.AA.AA.AA.AA`],
    ['with padding', `${foreign}==`],
    ['with a space before the brace', `${btoa(' {"alg":"ES256"}').replaceAll('=', '')}.${payload}.AA`],
    ['with a BOM before the brace', `${Buffer.from('\ufeff{"alg":1}').toString('base64url')}.${payload}.AA`],
    ['whose header is cut off', `eyJ.${payload}.AA`],
    ['with many blanks before the brace', `${btoa(`${' '.repeat(300)}{}`).replaceAll('=', '')}.${payload}.AA`],
    ['of nothing', 'ew.e30.AA'],
  ] as const)('%s is not sent', async ([, token]) => {
    await using t = await setUp()
    expect(await verdictOf(t.verifier.verify(token))).toBe('invalid_token')
    expect(t.server.paths).toEqual([])
  })

  test('of the opaque issuer is', async () => {
    await using t = await setUp()
    expect(await verdictOf(t.verifier.verify(own))).toBe('accepted')
    expect(t.server.paths).toHaveLength(1)
  })

  test('of the opaque issuer is not where its keys are given too', async () => {
    await using t = await setUp(json(active), {}, { jwks: { keys: [signer.jwk] } })
    expect(await verdictOf(t.verifier.verify(own))).toBe('accepted')
    expect(t.server.paths).toHaveLength(0)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    expect(t.server.paths).toHaveLength(1)
  })

  test('needs an audience of its own, however lenient introspection is', async () => {
    const lenient = { dangerouslyAllowMissingAudience: true }
    await using t = await setUp(json(active), lenient, { jwks: { keys: [signer.jwk] } })
    expect(await verdictOf(t.verifier.verify(await signer.sign(claimsWith({ aud: undefined }))))).toBe('invalid_token')
    expect(await verdictOf(t.verifier.verify(own))).toBe('accepted')
    expect(t.server.paths).toHaveLength(0)
  })

  test('is never confused with an opaque one that holds dots', async () => {
    await using t = await setUp()
    const opaqueOnes = ['a.b', 'v1.local.abc', '..', 'x', 'a~b.c', 'ab+/.c', 'abcde.f', '.e30.']
    for (const token of opaqueOnes) {
      expect(await verdictOf(t.verifier.verify(token))).toBe('accepted')
    }
    expect(t.server.paths).toHaveLength(opaqueOnes.length)
  })
})

describe('a kept answer', () => {
  test('is there one turn of the microtask queue later, as one and the same token', async () => {
    await using t = await setUp()
    const first = await t.verifier.verify(opaque)
    let second: unknown
    void t.verifier.verify(opaque, { scopes: 'read' }).then((token) => {
      second = token
    })
    await undefined
    expect(second).toBe(first)
    expect(t.events.at(-1)).toEqual({ type: 'token_accepted', issuer, remembered: true })
  })

  test('is of the whole token, however alike the ends are', async () => {
    const received: Received[] = []
    await using t = await setUp(recording(received))
    for (const token of [`one-${opaque}`, `two-${opaque}`, `one-${opaque}`]) await t.verifier.verify(token)
    expect(received).toHaveLength(2)
  })
})

test('made-up tokens do not become a flood of questions: what is one too many is told to come again', async () => {
  const held: ((answer: Response) => void)[] = []
  const holding: typeof fetch = () => new Promise((resolve) => held.push(resolve))
  await using t = await setUp(json(active), {}, { fetch: holding })
  const flood = Array.from({ length: 1000 }, (_, i) => verdictOf(t.verifier.verify(`made-up-${i}`)))
  const late = await refusalOf(t.verifier.verify('one-too-many'))
  expect(late).toMatchObject({ code: 'temporarily_unavailable', status: 503, retryAfter: 1 })
  const joining = verdictOf(t.verifier.verify('made-up-0'))
  await expect.poll(() => held.length).toBe(1000)
  for (const answer of held) answer(Response.json({ active: false }))
  expect(new Set(await Promise.all([...flood, joining]))).toEqual(new Set(['invalid_token']))

  const next = t.verifier.verify(opaque)
  await expect.poll(() => held.length).toBe(1001)
  held.at(-1)?.(Response.json(active))
  expect(await verdictOf(next)).toBe('accepted')
})
