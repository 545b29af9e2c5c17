import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/cache/memory-store.js'
import { password, refreshToken } from '../../../src/client/grants/standard.js'
import type { TokenClientOptions } from '../../../src/client/options.js'
import { clientSecretPost } from '../../../src/oauth/client-authentication.js'
import { clientOf } from '../../support/client.js'
import { tokenAnswer } from '../../support/local-server.js'
import { started } from '../../support/started.js'

/** How many requests it takes, and which of them may share a token: where other clients were measured doing worse. */

test('cold start, N concurrent callers: msal-node made 20 requests for 20; ours is one per key', async () => {
  await using t = await started()
  const scopes = ['a', 'b'].flatMap((scope) => Array.from({ length: 100 }, () => scope))
  const tokens = await Promise.all(scopes.map((scope) => t.client.getToken({ scope })))
  expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(['token-0', 'token-1']))
  expect(t.server.requests.length).toBe(2)
})

test.for([
  [240, 'google-auth-library made 10 requests, AWS smithy 11'],
  [45, 'google made 10, smithy 11, Duende one at every call'],
  [1, 'nobody was measured'],
] as const)('token of %i s used 10 times: %s; ours is one', async ([lifetime]) => {
  await using t = await started(tokenAnswer({ expires_in: lifetime }))
  for (let use = 0; use < 10; use++) {
    await t.client.getToken()
    // Thresholds are bounded by the lifetime: all the uses are in its first half.
    t.clock.advance(lifetime / 20)
  }
  expect(t.server.requests.length).toBe(1)
})

describe('no expires_in: node-auth0 keeps it for ever by a NaN, Go and Duende too, Spring for 1 s', () => {
  const jwt = (claims: object) =>
    ['{"alg":"none"}', JSON.stringify(claims), 'x'].map((each) => Buffer.from(each).toString('base64url')).join('.')
  const start = 1_800_000_000

  test.for<readonly [name: string, members: object, lifetime: number]>([
    ['the default is 5 min', { expires_in: undefined }, 300],
    ['the exp of a JWT, without one', { expires_in: undefined, access_token: jwt({ exp: start + 7200 }) }, 7200],
    ['the exp of a JWT, where it is earlier', { access_token: jwt({ exp: start + 60 }) }, 60],
    ['never later than expires_in', { expires_in: 60, access_token: jwt({ exp: start + 7200 }) }, 60],
    ['a NaN in the JWT is none', { expires_in: undefined, access_token: jwt({ exp: 'NaN' }) }, 300],
  ])('%s', async ([, members, lifetime]) => {
    await using t = await started(tokenAnswer({ ...members }))
    expect((await t.client.getToken()).expiresAt).toBe(start + lifetime)
  })

  test.for([0, -1])('expires_in %i: handed out, and not cached', async (expires_in) => {
    await using t = await started(tokenAnswer({ expires_in }))
    for (const token of ['token-0', 'token-1']) expect((await t.client.getToken()).accessToken).toBe(token)
  })
})

describe('cache key: the Azure cycler serves scope A for scope B, octokit ignores the app, Duende parameters', () => {
  const person = (name: string) => password({ username: name, password: 'secret' })

  test.for<readonly [what: string, one: TokenClientOptions, other: TokenClientOptions]>([
    ['client', { clientId: 'a' }, { clientId: 'b' }],
    ['method', {}, { clientSecret: undefined, clientAuth: clientSecretPost('secret') }],
    ['grant', {}, { grant: person('ada') }],
    ['person', { grant: person('ada') }, { grant: person('eve') }],
    ['session', { grant: refreshToken('a') }, { grant: refreshToken('b') }],
    ['scope', { scope: 'a b' }, { scope: 'a' }],
    ['resource', { resource: 'https://a.example' }, { resource: 'https://b.example' }],
    ['audience', { audience: 'a' }, { audience: 'b' }],
    ['parameter', { parameters: { tenant: 'blue' } }, { parameters: { tenant: 'red' } }],
    ['parameter of a name that is a value elsewhere', { parameters: { a: 'b:c' } }, { parameters: { 'a:b': 'c' } }],
    ['endpoint', {}, { tokenEndpoint: 'other' }],
  ])('another %s is another token, in one store', async ([, one, other]) => {
    const cache = memoryStore()
    await using t = await started()
    const { origin } = t.server
    const tokens: string[] = []
    for (const { tokenEndpoint = 'token', ...options } of [one, other, one]) {
      const client = clientOf(origin, {
        now: t.clock.now,
        cache,
        ...options,
        tokenEndpoint: `${origin}/${tokenEndpoint}`,
      })
      tokens.push((await client.getToken()).accessToken)
    }
    expect(tokens).toEqual(['token-0', 'token-1', 'token-0'])
  })

  test.for<readonly [what: string, one: TokenClientOptions, other: TokenClientOptions]>([
    ['client secret', {}, { clientSecret: 'newer' }],
    ['order of scopes', { scope: 'a b' }, { scope: ['b', 'a', 'a'] }],
    ['order of resources', { resource: ['urn:a', 'urn:b'] }, { resource: ['urn:b', 'urn:a'] }],
    ['timeout', {}, { timeout: 7 }],
  ])('G-15, G-17: another %s is the same token', async ([, one, other]) => {
    const cache = memoryStore()
    await using t = await started()
    for (const options of [one, other]) {
      const client = clientOf(t.server.origin, { now: t.clock.now, cache, ...options })
      expect((await client.getToken()).accessToken).toBe('token-0')
    }
  })
})

test('thresholds: renewed on use; what nobody asks for is not renewed, however often it would have ended', async () => {
  await using t = await started(tokenAnswer({ expires_in: 10 }))
  await t.client.getToken()
  for (let life = 0; life < 10; life++) {
    t.clock.advance(10)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(t.server.requests.length).toBe(1)
})
