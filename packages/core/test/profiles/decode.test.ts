import fc from 'fast-check'
import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { decodeTokenAnswer } from '../../src/profiles/decode.js'
import { defineProfile, oauth2, portx } from '../../src/profiles/index.js'
import type { AnswerRules, ErrorRule, Profile } from '../../src/profiles/profile.js'
import { errorOf } from '../support/client.js'
import { wellFormedAnswer } from '../support/token-answers.js'

// The same cases each time: a test that fails must fail again.
fc.configureGlobal({ seed: 6749 })

const now = 1_800_000_000

async function decode(profile: Profile, body: unknown, status = 200, headers: Record<string, string> = {}, at = now) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const exchange = profile.grants[profile.defaultGrant] ?? { url: '' }
  const answer = { status, headers: new Headers(headers), body: new TextEncoder().encode(text) }
  return decodeTokenAnswer(profile, exchange, answer, { secrets: [], dpop: false, now: at })
}

/** A profile with these rules for answers. */
function ruled(answer: AnswerRules, more: Partial<Profile> = {}): Profile {
  const grants = { client_credentials: { url: 'https://as.example.com/token' } }
  return defineProfile({
    profile: 1,
    name: 'own',
    grants,
    defaultGrant: 'client_credentials',
    ...more,
    variables: {},
    answer,
  })()
}

describe('an error is told', () => {
  test.for<readonly [string, Profile, number, unknown, object]>([
    ['a blank error field', portx(), 503, { error: null }, { code: 'temporarily_unavailable', retryable: true }],
    ['a numbered error', portx(), 400, { error: 190 }, { code: 'invalid_request' }],
    ['429', portx(), 429, {}, { code: 'temporarily_unavailable', retryable: true }],
    ['418', portx(), 418, {}, { code: 'invalid_request', retryable: false }],
    ['403', portx(), 403, {}, { code: 'access_denied' }],
    ['502', portx(), 502, {}, { code: 'server_error', retryable: true }],
    [
      'invalid_target',
      oauth2({ tokenEndpoint: 'https://as.example.com' }),
      400,
      { error: 'invalid_target' },
      { code: 'invalid_target' },
    ],
  ])('%s', async ([, profile, status, body, expected]) => {
    expect(await errorOf(decode(profile, body, status))).toMatchObject({
      name: 'TokenRequestError',
      status,
      ...expected,
    })
  })

  test.for<readonly [string, readonly ErrorRule[], string]>([
    ['by code', [{ code: ['NOPE', 'LOCKED'], is: 'access_denied' }], 'access_denied'],
    ['by status', [{ status: 400, is: 'invalid_scope' }], 'invalid_scope'],
    [
      'the first that fits',
      [
        { code: 'OTHER', is: 'invalid_grant' },
        { status: [400], code: 'LOCKED', is: 'invalid_grant' },
        { is: 'server_error' },
      ],
      'invalid_grant',
    ],
  ])("a profile's rule: %s", async ([, errors, code]) => {
    expect(await errorOf(decode(ruled({}, { errors }), { error: 'LOCKED' }, 400))).toMatchObject({ code })
  })
})

describe('rules for answers', () => {
  const token = { access_token: 'a', token_type: 'Bearer', expires_in: 60 }

  test.for<readonly [what: string, profile: Profile, body: unknown, expected: object]>([
    ['a form', ruled({ type: 'form' }), 'access_token=a&token_type=bearer&scope=x', { accessToken: 'a', scope: 'x' }],
    [
      'bare text',
      ruled({ type: 'text', defaultTokenType: 'Bearer' }),
      ' a\n',
      { accessToken: 'a', tokenType: 'Bearer' },
    ],
    [
      'a nested token',
      ruled({ accessToken: '/data/token', tokenType: '/data/type' }),
      { data: { token: 'a', type: 'bearer' } },
      { accessToken: 'a' },
    ],
    ['a fallback', ruled({ accessToken: ['jwt', 'access_token'] }), token, { accessToken: 'a' }],
    ['no token type', ruled({ defaultTokenType: 'Bearer' }), { access_token: 'a' }, { tokenType: 'Bearer' }],
    [
      'a token type of its own',
      ruled({ defaultTokenType: 'Token' }),
      { access_token: 'a', token_type: 'token' },
      { tokenType: 'token' },
    ],
    [
      'a presented scheme',
      ruled({}, { present: { as: 'scheme', scheme: 'PAT' } }),
      { ...token, token_type: 'PAT' },
      { tokenType: 'PAT' },
    ],
    ['scopes by comma', ruled({}, { scope: { join: ',' } }), { ...token, scope: 'a,b' }, { scope: 'a b' }],
    [
      'a lifetime from the profile',
      ruled({ defaultLifetime: 7 }),
      { access_token: 'a', token_type: 'Bearer' },
      { lifetime: 7 },
    ],
    ['5 minutes where nobody says more', ruled({}), { access_token: 'a', token_type: 'Bearer' }, { lifetime: 300 }],
    [
      'an absolute end',
      ruled({ lifetime: [{ path: 'until', as: 'epoch-milliseconds' }] }),
      { ...token, until: (now + 9) * 1000 },
      { lifetime: 9 },
    ],
    [
      'a success that is tested',
      ruled({ failure: [{ path: 'ok', equals: false }] }),
      { ...token, ok: true },
      { accessToken: 'a' },
    ],
    ['refresh_in', ruled({}), { ...token, refresh_in: 30 }, { refreshIn: 30 }],
    ['a refresh_in that is none', ruled({}), { ...token, refresh_in: '30' }, { refreshIn: undefined }],
  ])('%s', async ([, profile, body, expected]) => {
    expect(await decode(profile, body)).toMatchObject(expected)
  })

  test.for<readonly [what: string, profile: Profile, body: unknown, expected: object]>([
    [
      'a form with a member twice',
      ruled({ type: 'form' }),
      'access_token=a&access_token=b&token_type=bearer',
      { code: 'invalid_response' },
    ],
    [
      'ok: false in a 200',
      ruled({ failure: [{ path: 'ok', equals: false }] }),
      { ok: false, error: 'invalid_auth' },
      { code: 'server_error' },
    ],
    [
      'a status number in a 200',
      ruled({ failure: [{ path: '/meta/code', equals: [400, 401] }] }),
      { meta: { code: 401 }, ...token },
      { code: 'server_error' },
    ],
    [
      'an interaction',
      ruled({ interaction: [{ when: { path: 'mfa', exists: true }, kind: 'mfa', handle: 'mfa' }] }),
      { mfa: 'handle', ...token },
      { code: 'interaction_required', interaction: { kind: 'mfa', handle: 'handle' } },
    ],
    [
      'an array where a member is wanted',
      ruled({ accessToken: '/data/token' }),
      { data: 'x' },
      { code: 'invalid_response' },
    ],
  ])('%s is no token', async ([, profile, body, expected]) => {
    expect(await errorOf(decode(profile, body))).toMatchObject(expected)
  })

  test('another status where the exchange says so', async () => {
    const grants = { client_credentials: { url: 'https://as.example.com/token', success: [200, 201] } }
    const profile = defineProfile({ profile: 1, name: 'own', grants, defaultGrant: 'client_credentials' })()
    expect(await decode(profile, token, 201)).toMatchObject({ accessToken: 'a' })
  })
})

test.for([
  ['a "b" c', 'a c'],
  ['a\r\nset-cookie:x b', 'b'],
  ['a  b', 'a b'],
  ['', ''],
])('of the scope %j only what is a scope is kept', async ([scope, kept]) => {
  const profile = oauth2({ tokenEndpoint: 'https://as.example.com/token' })
  const body = { access_token: 'a', token_type: 'Bearer', expires_in: 60, scope }
  expect(await decode(profile, body)).toMatchObject({ scope: kept })
})

describe("a JWT's own life is an upper bound", () => {
  const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`
  const profile = oauth2({ tokenEndpoint: 'https://as.example.com/token' })

  test.for<readonly [what: string, members: object, lifetime: number]>([
    ['no expires_in', { access_token: jwt({ exp: now + 60 }) }, 60],
    ['no expires_in, past already', { access_token: jwt({ exp: now - 60 }) }, 0],
    ['no expires_in, a clock that is behind', { access_token: jwt({ iat: now + 7200, exp: now + 7260 }) }, 60],
    ['a longer expires_in', { access_token: jwt({ iat: now, exp: now + 60 }), expires_in: 3600 }, 60],
    ['a shorter expires_in', { access_token: jwt({ iat: now, exp: now + 60 }), expires_in: 30 }, 30],
    ['a longer expires_in and no iat', { access_token: jwt({ exp: now + 60 }), expires_in: 3600 }, 60],
    ['F-t_expired: an end in the past', { access_token: jwt({ exp: now - 1 }), expires_in: 3600 }, 0],
    ['an end in the past, by its own clock not', { access_token: jwt({ iat: now - 60, exp: now }), expires_in: 60 }, 0],
  ])('%s', async ([, members, lifetime]) => {
    expect(await decode(profile, { token_type: 'Bearer', ...members })).toMatchObject({ lifetime })
  })
})

test('for well-formed answers our result is that of oauth4webapi, and nothing is repaired', async () => {
  const profile = oauth2({ tokenEndpoint: 'https://as.example.com/token' })
  await fc.assert(
    fc.asyncProperty(wellFormedAnswer, async (body) => {
      const response = Response.json(body)
      const server = { issuer: 'https://as.example.com' }
      const expected = await oauth.processClientCredentialsResponse(server, { client_id: 'c' }, response)
      const read = await decode(profile, body)
      expect(read).toMatchObject({
        accessToken: expected.access_token,
        refreshToken: expected.refresh_token,
        scope: expected.scope,
        lifetime: expected.expires_in,
        repairs: [],
      })
    }),
    { numRuns: 300 },
  )
})
