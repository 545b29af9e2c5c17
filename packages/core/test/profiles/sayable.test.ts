import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { password, refreshToken } from '../../src/client/grants/standard.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { privateKeyJwt } from '../../src/oauth/client-assertion.js'
import { none } from '../../src/oauth/client-authentication.js'
import { defineProfile } from '../../src/profiles/index.js'
import type { Exchange, Profile, VerifyRules } from '../../src/profiles/profile.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { errorOf } from '../support/client.js'
import { json, type Received, serve, tokenAnswer, unreachableOrigin } from '../support/local-server.js'
import { verdictOf } from '../verifier/support/refused.js'
import { audience, claimsWith, clockAt, createSigner } from '../verifier/support/tokens.js'

/**
 * All that servers were seen to do, a line each: every line is said as data, sent or read over a real connection, and
 * nothing of it is code. How tokens are revoked (by RFC 7009, by id, by signing out, not at all) is shown by the fixtures
 * of keycloak, passport, portsip and portx.
 */
type Data = Partial<Omit<Profile, 'grants'>> & { readonly exchange?: Partial<Exchange> }

function profileOf(base: string, { exchange, ...more }: Data = {}): Profile {
  return defineProfile({
    profile: 1,
    name: 'own',
    grants: {
      client_credentials: { url: '{+base}/token', ...exchange },
      password: { url: '{+base}/token' },
      refresh_token: { url: '{+base}/token' },
    },
    defaultGrant: 'client_credentials',
    ...more,
    variables: { base: null, tenant: 'acme', name: 'a b', ...more.variables },
  })({ base })
}

const client = { clientId: 'me@x', clientSecret: 'planted secret' }
const now = () => 1_800_000_000_000
const basic = (pair: string) => `Basic ${btoa(pair)}`
const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
  'sign',
  'verify',
])
const left = { grant_type: null, client_id: null, client_secret: null }
const grantType = 'grant_type=client_credentials'

describe('a request', () => {
  type Line = readonly [what: string, data: Data, options: Partial<TokenClientOptions>, sent: object]
  const inBody = { clientAuth: { methods: ['client_secret_post'] } } as const

  test.for<Line>([
    ['a URL with variables', { exchange: { url: '{+base}{/tenant}/{name}' } }, {}, { path: '/acme/a%20b' }],
    ['by POST', {}, {}, { method: 'POST' }],
    ['by GET', { exchange: { method: 'GET', body: 'query' } }, {}, { method: 'GET', path: `/token?${grantType}` }],
    ['a form', {}, {}, { body: grantType, headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['JSON', { exchange: { body: 'json' } }, {}, { body: '{"grant_type":"client_credentials"}' }],
    ['a query', { exchange: { body: 'query' } }, {}, { method: 'POST', path: `/token?${grantType}`, body: '' }],
    ['nothing', { exchange: { body: 'none' } }, {}, { path: '/token', body: '' }],
    ['headers', { exchange: { headers: { 'x-tenant': '{+tenant}' } } }, {}, { headers: { 'x-tenant': 'acme' } }],
    ['other names', { exchange: { rename: { grant_type: 'type' } } }, {}, { body: 'type=client_credentials' }],
    ['no grant type', { exchange: { rename: { grant_type: null } } }, { scope: 'a' }, { body: 'scope=a' }],
    ['more', { exchange: { extra: { for: '{+tenant}', n: 1 } } }, {}, { body: `${grantType}&for=acme&n=1` }],
    ['more, from the caller', {}, { parameters: { for: 'acme' } }, { body: `${grantType}&for=acme` }],
    ['scopes by space', {}, { scope: ['a', 'b'] }, { body: `${grantType}&scope=a+b` }],
    ['scopes by comma', { scope: { join: ',' } }, { scope: ['a', 'b'] }, { body: `${grantType}&scope=a%2Cb` }],
    ['scopes by plus', { scope: { join: '+' } }, { scope: ['a', 'b'] }, { body: `${grantType}&scope=a%2Bb` }],
    ['no scopes', { scope: { send: false } }, { scope: ['a', 'b'] }, { body: grantType }],
    [
      'the client in the body',
      inBody,
      {},
      { body: `client_id=me%40x&client_secret=planted+secret&${grantType}`, headers: { authorization: undefined } },
    ],
    ['Basic, encoded', {}, {}, { headers: { authorization: basic('me%40x:planted+secret') } }],
    [
      'Basic, plain',
      { clientAuth: { methods: ['client_secret_basic'], basic: 'raw' } },
      {},
      { headers: { authorization: basic('me@x:planted secret') } },
    ],
    [
      'another scheme',
      { ...inBody, exchange: { rename: left, headers: { authorization: 'Token {client_secret}' } } },
      {},
      { body: '', headers: { authorization: 'Token planted%20secret' } },
    ],
    [
      'headers of its own',
      { ...inBody, exchange: { rename: left, headers: { 'X-Id': '{+client_id}', 'X-Key': '{+client_secret}' } } },
      {},
      { body: '', headers: { 'x-id': 'me@x', 'x-key': 'planted secret' } },
    ],
    [
      'a signed assertion',
      {},
      { clientSecret: undefined, clientAuth: privateKeyJwt(privateKey) },
      { body: expect.stringMatching(/^client_id=me%40x&client_assertion_type=.+&client_assertion=ey/) },
    ],
    [
      'nobody',
      { exchange: { rename: { client_id: null } } },
      { clientSecret: undefined, clientAuth: none() },
      { body: grantType, headers: { authorization: undefined } },
    ],
  ])('%s', async ([, data, options, sent]) => {
    await using server = await serve(tokenAnswer())
    await createTokenClient({ profile: profileOf(server.origin, data), ...client, ...options }).getToken()
    expect(server.requests).toHaveLength(1)
    expect(visible(server.requests[0])).toMatchObject(sent)
  })

  test.for<readonly [what: string, refresh: Profile['refresh'], sent: object]>([
    [
      'at its own URL, with its own body',
      { url: '{+base}/r', body: 'json' },
      { path: '/r', body: '{"grant_type":"refresh_token","refresh_token":"old"}' },
    ],
    ['as RFC 6749 says', undefined, { path: '/token', body: 'grant_type=refresh_token&refresh_token=old' }],
  ])('renews %s', async ([, refresh, sent]) => {
    await using server = await serve(tokenAnswer())
    const profile = profileOf(server.origin, refresh === undefined ? {} : { refresh })
    await createTokenClient({ profile, ...client, grant: refreshToken('old') }).getToken()
    expect(server.requests[0]).toMatchObject(sent)
  })

  test('renews by asking again', async () => {
    await using server = await serve(tokenAnswer({ refresh_token: 'never sent' }))
    const grant = password({ username: 'ada', password: 'hers' })
    const again = createTokenClient({ profile: profileOf(server.origin, { refresh: 'again' }), ...client, grant })
    await again.getToken()
    await again.getToken({ forceRefresh: true })
    const body = 'grant_type=password&username=ada&password=hers'
    expect(server.requests).toMatchObject([{ body }, { body }])
  })

  test.for(['answered', 'not answered'])('a secret in a URL that is %s reaches no log', async (how) => {
    await using server = await serve((_, response) => json(response, { error: 'invalid_client' }, 401))
    const origin = how === 'answered' ? server.origin : await unreachableOrigin()
    const events: unknown[] = []
    const profile = profileOf(origin, { ...inBody, exchange: { body: 'query' } })
    const asked = createTokenClient({ profile, ...client, onEvent: (event) => events.push(event) })
    const error = await errorOf(asked.getToken())
    expect(error).toMatchObject({ name: 'TokenRequestError' })
    expect(server.requests[0]?.path ?? 'planted').toContain('planted')
    expect(inspect([error, events, asked, profile], { depth: null })).not.toContain('planted')
  })

  test.for(['a\r\nx-evil: 1', 'ü'])('a credential that fits no header is refused: %j', async (secret) => {
    await using server = await serve(tokenAnswer())
    const exchange = { rename: left, headers: { 'x-key': '{+client_secret}' } }
    const profile = profileOf(server.origin, { ...inBody, exchange })
    const error = await errorOf(createTokenClient({ profile, clientId: 'c', clientSecret: secret }).getToken())
    expect(error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('The header x-key') })
    expect(server.requests).toEqual([])
  })
})

describe('an answer', () => {
  const good = { access_token: 'a', token_type: 'Bearer', expires_in: 60 }
  const life = (as: NonNullable<NonNullable<Profile['answer']>['lifetime']>[number]['as']): Data => ({
    answer: { lifetime: [{ path: 'life', as }] },
  })
  const { expires_in: _, ...endless } = good
  type Line = readonly [what: string, data: Data, body: unknown, read: object, status?: number]

  test.for<Line>([
    ['200', {}, good, { accessToken: 'a' }],
    ['201', { exchange: { success: [200, 201] } }, good, { accessToken: 'a' }, 201],
    ['a form', { answer: { type: 'form' } }, 'access_token=a&token_type=bearer', { accessToken: 'a' }],
    ['bare text', { answer: { type: 'text', defaultTokenType: 'Bearer' } }, 'a\n', { accessToken: 'a' }],
    ['further down', { answer: { accessToken: ['jwt', '/d/t'] } }, { ...good, d: { t: 'b' } }, { accessToken: 'b' }],
    ['null', {}, { ...good, refresh_token: null, scope: null }, { refreshToken: undefined, scope: undefined }],
    ['a lifetime', {}, good, { lifetime: 60 }],
    ['a lifetime in digits', {}, { ...good, expires_in: '60' }, { lifetime: 60 }],
    ['a lifetime with a fraction', {}, { ...good, expires_in: 60.5 }, { lifetime: 60 }],
    ['milliseconds', life('milliseconds'), { ...endless, life: 60_000 }, { lifetime: 60 }],
    ['an end', life('epoch-seconds'), { ...endless, life: 1_800_000_060 }, { lifetime: 60 }],
    ['an end in milliseconds', life('epoch-milliseconds'), { ...endless, life: '1800000060000' }, { lifetime: 60 }],
    ['a date', life('rfc3339'), { ...endless, life: '2027-01-15T08:01:00Z' }, { lifetime: 60 }],
    ['no lifetime', {}, endless, { lifetime: 300 }],
    ['no lifetime, where the profile knows better', { answer: { defaultLifetime: 7 } }, endless, { lifetime: 7 }],
    ['no type', { answer: { defaultTokenType: 'Bearer' } }, { access_token: 'a' }, { tokenType: 'Bearer' }],
    ['a type in any case', {}, { ...good, token_type: 'BEARER' }, { tokenType: 'Bearer' }],
    [
      'another word',
      { answer: { tokenTypes: { bot: 'Bearer' } } },
      { ...good, token_type: 'Bot' },
      { tokenType: 'Bearer' },
    ],
    ['scopes', {}, { ...good, scope: 'a b' }, { scope: 'a b' }],
    ['scopes in a list', {}, { ...good, scope: ['a', 'b'] }, { scope: 'a b' }],
    ['scopes elsewhere', { answer: { scope: ['scopes', 'scope'] } }, { ...good, scopes: ['a'] }, { scope: 'a' }],
    ['scopes by comma', { scope: { join: ',' } }, { ...good, scope: 'a,b' }, { scope: 'a b' }],
    ['scopes by comma, asked by space', { scope: { split: ',' } }, { ...good, scope: 'a,b' }, { scope: 'a b' }],
    ['empty scopes', {}, { ...good, scope: '' }, { scope: '' }],
    ['no scopes', {}, good, { scope: undefined }],
    ['metadata', { answer: { metadata: { id: '/d/id' } } }, { ...good, d: { id: 7 } }, { metadata: { id: 7 } }],
  ])('%s', async ([, data, body, read, status]) => {
    await using server = await serve((_, response) => answer(response, body, status))
    const token = await createTokenClient({ profile: profileOf(server.origin, data), ...client, now }).getToken()
    const { accessToken, refreshToken, tokenType, scope, metadata, expiresAt } = token
    const lifetime = expiresAt - now() / 1000
    expect({ accessToken, refreshToken, tokenType, scope, metadata, lifetime }).toMatchObject(read)
  })

  type Failing = readonly [what: string, data: Data, body: unknown, error: object, status?: number]
  const failure = (path: string, equals?: number | boolean): Data => ({
    answer: { failure: [equals === undefined ? { path } : { path, equals }] },
  })

  test.for<Failing>([
    ['error in a 200', {}, { ...good, error: 'invalid_grant' }, { code: 'invalid_grant' }],
    ['ok: false', failure('ok', false), { ...good, ok: false }, { code: 'server_error' }],
    ['a number', failure('/meta/code', 401), { ...good, meta: { code: 401 } }, { code: 'server_error' }],
    ['a list of errors', failure('errors'), { ...good, errors: [{ code: 'X' }] }, { code: 'server_error' }],
    [
      'another step',
      { answer: { interaction: [{ when: { path: 'mfa' }, kind: 'mfa', handle: 'mfa' }] } },
      { ...good, mfa: 'h' },
      { code: 'interaction_required', interaction: { kind: 'mfa', handle: 'h' } },
    ],
    ...[true, {}, [60], 'soon', 'NaN', ''].map(
      (expires_in): Failing => ['no lifetime at all', {}, { ...good, expires_in }, { code: 'invalid_response' }],
    ),
    ['a type nobody knows', {}, { ...good, token_type: 'mac' }, { code: 'invalid_response' }],
    [
      'an error by its code',
      { answer: { error: { code: '/errors/0/code' } }, errors: [{ code: 'LOCKED', is: 'access_denied' }] },
      { errors: [{ code: 'LOCKED' }] },
      { code: 'access_denied' },
      400,
    ],
    ['an error by its status', { errors: [{ status: 409, is: 'invalid_scope' }] }, {}, { code: 'invalid_scope' }, 409],
    ['a status that is not said to be good', {}, good, { code: 'invalid_response' }, 201],
  ])('that says %s is no token', async ([, data, body, error, status]) => {
    await using server = await serve((_, response) => answer(response, body, status))
    const profile = profileOf(server.origin, data)
    expect(await errorOf(createTokenClient({ profile, ...client }).getToken())).toMatchObject(error)
  })

  test.for([0, -1, '0'])('a lifetime of %j is handed out once', async (expires_in) => {
    await using server = await serve(tokenAnswer({ expires_in }))
    const asked = createTokenClient({ profile: profileOf(server.origin), ...client, now })
    expect([(await asked.getToken()).accessToken, (await asked.getToken()).accessToken]).toEqual(['token-0', 'token-1'])
  })
})

describe('a token', () => {
  test.for<readonly [what: string, present: Profile['present'], headers: object]>([
    ['Bearer', undefined, { authorization: 'Bearer token-0' }],
    ['another scheme', { as: 'scheme', scheme: 'PAT' }, { authorization: 'PAT token-0' }],
    ['the bare value', { as: 'raw' }, { authorization: 'token-0' }],
    ['a header', { as: 'header', header: 'X-Token' }, { 'x-token': 'token-0', authorization: undefined }],
  ])('is presented as %s', async ([, present, headers]) => {
    await using server = await serve(tokenAnswer())
    const profile = profileOf(server.origin, { ...(present === undefined ? {} : { present }), api: '{+base}' })
    await createTokenClient({ profile, ...client }).fetch(`${server.origin}/api`)
    expect(visible(server.requests[1])).toMatchObject({ path: '/api', headers })
  })

  test.for(['new', 'same', 'replaces'] as const)('asked for again may be %s', (reissue) => {
    expect(profileOf('https://as.example.com', { reissue }).reissue).toBe(reissue)
  })
})

const signer = await createSigner('ES256')

describe('a resource server', () => {
  const urn = 'urn:example:issuer'
  type Line = readonly [what: string, rules: Partial<VerifyRules>, claims: object, verdict: object | string]
  const base = { iss: 'https://as.example.com', scope: undefined }

  test.for<Line>([
    ['one issuer', {}, {}, { issuer: 'https://as.example.com' }],
    ['one issuer, not another', {}, { iss: 'https://as.example.com/' }, 'invalid_token'],
    ['the first of a list', { issuers: ['{+base}', urn] }, {}, { issuer: 'https://as.example.com' }],
    ['the second of a list', { issuers: ['{+base}', urn] }, { iss: urn }, { issuer: urn }],
    ['none beside a list', { issuers: ['{+base}', urn] }, { iss: `${urn}:x` }, 'invalid_token'],
    ['a URN', { issuers: [urn] }, { iss: urn }, { issuer: urn }],
    ['a type', { typ: ['at+jwt'] }, {}, {}],
    ['a type, not another', { typ: ['JWT'] }, {}, 'invalid_token'],
    ['a use', { require: [{ path: 'token_use', equals: 'access' }] }, { token_use: 'access' }, {}],
    ['a use, not none', { require: [{ path: 'token_use', equals: 'access' }] }, {}, 'invalid_token'],
    ['an audience in a list', {}, { aud: ['x', audience] }, {}],
    ['an audience elsewhere', { audienceClaim: 'client_id' }, { aud: undefined, client_id: audience }, {}],
    ['an audience elsewhere, not another', { audienceClaim: 'client_id' }, { client_id: 'x' }, 'invalid_token'],
    ['a client', { clientId: ['cid', 'appid'] }, { appid: 'c' }, { clientId: 'c' }],
    ...['scope', 'scp', 'scopes', 'permissions', 'roles'].flatMap((name): readonly Line[] => [
      [`${name}, a string`, { scopes: [name] }, { [name]: 'a b' }, { scopes: ['a', 'b'] }],
      [`${name}, a list of whole elements`, { scopes: [name] }, { [name]: ['a', 'b c', 7] }, { scopes: ['a'] }],
    ]),
    [
      'roles further down, beside scopes',
      { scopes: ['scope', '/realm_access/roles'] },
      { scope: 'a', realm_access: { roles: ['b'] } },
      { scopes: ['a', 'b'] },
    ],
    ['algorithms, not others', { algorithms: ['RS256'] }, {}, 'invalid_token'],
    ['a subject, not none', { subject: 'required' }, { sub: undefined }, 'invalid_token'],
  ])('takes %s', async ([, rules, claims, verdict]) => {
    const verify: VerifyRules = { tokens: 'jwt', issuers: ['{+base}'], ...rules }
    const profile = profileOf('https://as.example.com', { verify })
    const verifier = createVerifier({ profile, audience, jwks: { keys: [signer.jwk] }, now: clockAt() })
    const token = await signer.sign(claimsWith({ ...base, ...claims }))
    if (typeof verdict === 'string') expect(await verdictOf(verifier.verify(token))).toBe(verdict)
    else expect(await verifier.verify(token)).toMatchObject(verdict)
  })

  test('of opaque tokens needs to know how to ask', () => {
    const profile = profileOf('https://as.example.com', { verify: { tokens: 'opaque', issuers: ['{+base}'] } })
    expect(() => createVerifier({ profile, audience })).toThrow(/introspection is needed/)
  })

  test('is told that somebody must say whose tenants are accepted', () => {
    const verify: VerifyRules = { tokens: 'jwt', issuers: ['{+base}/{claims.tid}'] }
    const profile = profileOf('https://as.example.com', { verify })
    expect(() => createVerifier({ profile, audience })).toThrow(
      /profile own has issuers for tenants: tenants says whose/,
    )
  })
})

/** A request, of which can be said that it has no `Authorization`. */
function visible(request: Received | undefined): object {
  return { ...request, headers: { authorization: undefined, ...request?.headers } }
}

function answer(response: Parameters<typeof json>[0], body: unknown, status = 200): void {
  if (typeof body === 'string') response.writeHead(status).end(body)
  else json(response, body, status)
}
