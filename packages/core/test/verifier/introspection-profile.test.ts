import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { defineProfile, passport } from '../../src/profiles/index.js'
import type { IntrospectionRules, Profile } from '../../src/profiles/profile.js'
import { introspect } from '../../src/verifier/introspect.js'
import type { IntrospectOptions } from '../../src/verifier/introspect-options.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { type Handler, json, startServer, text } from './support/http.js'
import { type Received, recording } from './support/recording.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, clockAt, epoch, issuer } from './support/tokens.js'

const opaque = 'planted-opaque-token'
const secret = 'planted-secret'

function profileWith(introspection: IntrospectionRules): (base: string) => Profile {
  const create = defineProfile({
    profile: 1,
    name: 'test',
    variables: { base: null },
    grants: { client_credentials: { url: '{+base}/token' } },
    defaultGrant: 'client_credentials',
    verify: { tokens: 'opaque', introspection },
  })
  return (base) => create({ base })
}

async function setUp(profile: (base: string) => Profile, handler: Handler, options: Partial<IntrospectOptions> = {}) {
  const received: Received[] = []
  const server = await startServer(recording(received, handler))
  const given = { clientId: 'api', clientSecret: secret, dangerouslyAllowMissingAudience: true, ...options }
  const at = { issuer, audience, clockTolerance: 0, now: clockAt() }
  const introspection = introspect(given)
  const verifier = createVerifier({ ...at, profile: profile(server.origin), introspection })
  return { received, verifier, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe("Passport's tokens are retrieved by id", () => {
  const orca = (base: string) => passport({ base, language: 'es' })
  const record = { token_id: 'id/1', scopes: ['iam.users.list'], account_id: 'a', expires_in: 86_400 }
  const byId = { clientId: undefined, clientSecret: undefined, tokenId: () => 'id/1' }

  test('with the token presented itself', async () => {
    await using t = await setUp(orca, json(record), byId)
    const token = await t.verifier.verify(opaque)
    expect(token).toMatchObject({ scopes: ['iam.users.list'], expiresAt: epoch + 60 })
    expect(t.received).toHaveLength(1)
    expect(t.received[0]).toMatchObject({
      method: 'GET',
      url: '/v1/iam/oauth/tokens/id%2F1',
      headers: { authorization: `Bearer ${opaque}`, 'accept-language': 'es', accept: 'application/json' },
      body: '',
    })
    await t.verifier.verify(opaque)
    expect(t.received).toHaveLength(1)
  })

  test('whose id is found by the whole token, with the time to find it bounded', async () => {
    const asked: string[] = []
    const tokenId = async (token: string) => {
      asked.push(token)
      return token === opaque ? 'id/1' : undefined
    }
    await using t = await setUp(orca, json(record), { ...byId, tokenId })
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
    expect(await verdictOf(t.verifier.verify(`${opaque}-`))).toBe('invalid_token')
    expect(asked).toEqual([opaque, `${opaque}-`])
    expect(t.received).toHaveLength(1)
  })

  test.for<readonly [string, Handler, string]>([
    ['unknown or revoked', text('', {}, 404), 'invalid_token'],
    ['not good enough to be looked up by itself', text('', {}, 401), 'invalid_token'],
    ["another one's", json({ ...record, token_id: 'id/2' }), 'invalid_token'],
    ['without an id', json({ scopes: ['iam.users.list'] }), 'invalid_token'],
    ['given in a list', json([record]), 'invalid_token'],
    ['hidden behind an outage', text('', {}, 500), 'temporarily_unavailable'],
    ['hidden behind a page', text('<html>'), 'temporarily_unavailable'],
  ])('%s', async ([, handler, verdict]) => {
    await using t = await setUp(orca, handler, byId)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe(verdict)
  })

  test.for<readonly [string, NonNullable<IntrospectOptions['tokenId']>]>([
    [
      'throws',
      (token) => {
        throw new Error(token)
      },
    ],
    ['rejects', async (token) => Promise.reject(new Error(token))],
    ['answers an empty text', () => ''],
    ['answers a number', (() => 7) as never],
    ['answers far too much', () => 'x'.repeat(513)],
    ['answers a way up', () => '..'],
    ['never answers', () => new Promise(() => undefined)],
  ])('a store of ids that %s makes a 503', async ([, tokenId]) => {
    await using t = await setUp(orca, json(record), { ...byId, tokenId, timeout: 0.05 })
    const refusal = await refusalOf(t.verifier.verify(opaque))
    expect(refusal.code).toBe('temporarily_unavailable')
    expect(`${refusal.reason}${refusal.stack}`).not.toContain(opaque)
    expect(t.received).toEqual([])
  })

  test.for<readonly [string, (id: string) => Handler, string]>([
    ['an id that is a way up', () => json(record), '..'],
    ['an id that stands still', () => json(record), '.'],
    ['no right to look itself up', (id) => (id === 'strange' ? text('', {}, 403) : json(record)), 'strange'],
    [
      'too many questions',
      (id) => (id === 'strange' ? text('', { 'retry-after': '60' }, 429) : json(record)),
      'strange',
    ],
  ])('who sends a token with %s shuts out nobody else', async ([, answer, strange]) => {
    const tokenId = (token: string) => (token === opaque ? 'id/1' : strange)
    const handler: Handler = (request, response) => answer(request.url?.split('/').at(-1) ?? '')(request, response)
    await using t = await setUp(orca, handler, { ...byId, tokenId })
    expect(await verdictOf(t.verifier.verify('another'))).toBe('temporarily_unavailable')
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
  })

  test('are not all tried while the server is down', async () => {
    await using t = await setUp(orca, text('', {}, 503), byId)
    for (const token of [opaque, 'another', 'a-third']) {
      expect(await verdictOf(t.verifier.verify(token))).toBe('temporarily_unavailable')
    }
    expect(t.received).toHaveLength(1)
  })

  test('needs its audience waived out loud', async () => {
    await using t = await setUp(orca, json(record), { ...byId, dangerouslyAllowMissingAudience: false })
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('invalid_token')
  })

  test('is introspected by RFC 7662 where no store of ids, or an endpoint, is given', async () => {
    await using server = await startServer(json({ active: true, aud: audience }))
    const introspection = introspect({ endpoint: server.origin, clientId: 'api', clientSecret: secret })
    const verifier = createVerifier({ issuer, audience, profile: passport(), introspection })
    expect(await verdictOf(verifier.verify(opaque))).toBe('accepted')
    expect(server.paths).toEqual(['/'])
  })
})

describe('a profile says how tokens are asked about', () => {
  const nested: IntrospectionRules = {
    url: '{+base}/check',
    body: 'json',
    rename: { token: 'access_token', client_secret: null },
    extra: { kind: 'access' },
    active: [{ path: '/data/status', equals: ['live', 'fresh'] }],
    members: { sub: '/data/user', client_id: '/data/app', aud: '/data/api', scope: '/data/may' },
    expires: [{ path: '/data/until', as: 'rfc3339' }],
    echo: { token: '/data/token' },
    success: [201],
  }
  const data = {
    status: 'live',
    user: 'u',
    app: 'c',
    api: audience,
    may: ['read'],
    until: '2027-01-15T08:05:00Z',
    token: opaque,
  }
  const created = (over: object = {}) => json({ sub: 'wrong', data: { ...data, ...over } }, {}, 201)

  test('in a JSON body, with an answer that is nested', async () => {
    await using t = await setUp(profileWith(nested), created())
    const token = await t.verifier.verify(opaque)
    expect(token).toMatchObject({
      subject: 'u',
      clientId: 'c',
      scopes: ['read'],
      expiresAt: Date.parse(data.until) / 1000,
    })
    expect(inspect(token, { depth: null })).not.toContain(opaque)
    expect(t.received[0]).toMatchObject({ method: 'POST', url: '/check' })
    expect(JSON.parse(t.received[0]?.body ?? '')).toEqual({ access_token: opaque, kind: 'access' })
    expect(t.received[0]?.headers.authorization).toBe(`Basic ${btoa(`api:${secret}`)}`)
  })

  test.for<readonly [string, Handler, string]>([
    ['another test value', created({ status: 'fresh' }), 'accepted'],
    ['a failed test', created({ status: 'dead' }), 'invalid_token'],
    ['another token', created({ token: 'another' }), 'invalid_token'],
    ['no token', created({ token: null }), 'invalid_token'],
    ['another audience', created({ api: 'x' }), 'invalid_token'],
    ['a moment that is past', created({ until: '2020-01-01T00:00:00Z' }), 'invalid_token'],
    ['a moment that is none', created({ until: 'tomorrow' }), 'invalid_token'],
    ['no moment: a minute, then', created({ until: undefined }), 'accepted'],
    ['a sub of a wrong type', created({ user: 7 }), 'invalid_token'],
    ['a status that says nothing', json({ data }), 'temporarily_unavailable'],
  ])('and an answer with %s', async ([, handler, verdict]) => {
    await using t = await setUp(profileWith(nested), handler, { dangerouslyAllowMissingAudience: false })
    expect(await verdictOf(t.verifier.verify(opaque))).toBe(verdict)
  })

  test('what ended long ago is refused, however far clocks may differ', async () => {
    await using server = await startServer(created({ until: '2020-01-01T00:00:00Z' }))
    const introspection = introspect({ clientId: 'api', clientSecret: secret })
    const at = { issuer, audience, clockTolerance: 300, now: clockAt() }
    const verifier = createVerifier({ ...at, profile: profileWith(nested)(server.origin), introspection })
    expect(await verdictOf(verifier.verify(opaque))).toBe('invalid_token')
  })

  test.for([
    [undefined, 'invalid_token', 0],
    ['!', 'accepted', 1],
  ] as const)('and which further characters tokens hold: %s', async ([furtherCharacters, verdict, asked]) => {
    await using server = await startServer(json({ active: true, aud: audience }))
    const profile = profileWith({ url: '{+base}/check' })(server.origin)
    const verify = { tokens: 'opaque', ...profile.verify, furtherCharacters } as const
    const introspection = introspect({ clientId: 'api', clientSecret: secret })
    const verifier = createVerifier({ issuer, audience, profile: { ...profile, verify }, introspection })
    expect(await verdictOf(verifier.verify('00D!AQ'))).toBe(verdict)
    expect(server.paths).toHaveLength(asked)
    const refusal = await refusalOf(verifier.authenticate({ headers: { authorization: 'Bearer a,b' } }))
    expect(refusal.code).toBe('invalid_request')
  })

  test('by presenting the token where its person is described', async () => {
    const who: IntrospectionRules = {
      method: 'GET',
      url: '{+base}/user',
      body: 'none',
      rename: { token: null },
      bearer: true,
      active: [{ path: 'login' }],
      inactive: [401],
      members: { sub: 'login' },
    }
    await using t = await setUp(profileWith(who), json({ login: 'octo' }))
    expect(await t.verifier.verify(opaque)).toMatchObject({ subject: 'octo' })
    expect(t.received[0]).toMatchObject({ url: '/user', headers: { authorization: `Bearer ${opaque}` } })
  })

  test.for([401, 403, 429])('and a %s to one token that is presented says nothing about the others', async (status) => {
    const who: IntrospectionRules = {
      method: 'GET',
      url: '{+base}/user',
      body: 'none',
      rename: { token: null },
      bearer: true,
      active: [{ path: 'login' }],
    }
    await using t = await setUp(profileWith(who), (request, response) =>
      (request.headers.authorization === `Bearer ${opaque}` ? json({ login: 'octo' }) : text('', {}, status))(
        request,
        response,
      ),
    )
    for (let i = 0; i < 3; i++) expect(await verdictOf(t.verifier.verify('strange'))).toBe('temporarily_unavailable')
    expect(t.received).toHaveLength(1)
    expect(await verdictOf(t.verifier.verify(opaque))).toBe('accepted')
  })

  test.for<readonly [string, unknown, RegExp]>([
    ['no URL', {}, /introspection\.url is missing/],
    ['a token in the query', { url: '{+base}', method: 'GET', body: 'query' }, /put the token into a URL/],
    ['a token in the path', { url: '{+base}/{token}' }, /names \{token\}/],
    ['an id it is not looked up by', { url: '{+base}/{token_id}' }, /names \{token_id\}/],
    ['an id that may hold a path', { url: '{+base}/{+token_id}', by: 'id' }, /names \{\+token_id\}/],
    ['an echo of an id', { url: '{+base}', echo: { id: 'id' } }, /echo\.id/],
    ['a duration', { url: '{+base}', expires: [{ path: 'x', as: 'seconds' }] }, /one of 'epoch-seconds'/],
    ['an unknown member', { url: '{+base}', negative: [404] }, /negative is not known/],
  ])('but not with %s', ([, introspection, message]) => {
    expect(() => profileWith(introspection as IntrospectionRules)('https://as.test')).toThrow(message)
  })

  test.for<readonly [string, IntrospectionRules, Partial<IntrospectOptions>, RegExp]>([
    ['ids for a profile without', nested, { tokenId: () => 'x' }, /^tokenId is for a profile/],
    ['signed answers', nested, { signedAnswers: true }, /^signedAnswers are for RFC 9701/],
    [
      'no credentials',
      { ...nested, by: 'id' },
      { clientId: undefined, clientSecret: undefined, tokenId: () => 'x' },
      /needs a clientId/,
    ],
  ])('and %s do not go together', async ([, rules, options, message]) => {
    await expect(setUp(profileWith(rules), json({}), options)).rejects.toThrow(message)
  })
})
