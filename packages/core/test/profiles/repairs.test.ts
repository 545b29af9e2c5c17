import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeTokenAnswer } from '../../src/profiles/decode.js'
import { aritma, auth0, defineProfile, keycloak, oauth2, passport, portsip, portx } from '../../src/profiles/index.js'
import type { AnswerRules, Profile } from '../../src/profiles/profile.js'
import { wellFormedAnswer } from '../support/token-answers.js'

// The same cases each time: a test that fails must fail again.
fc.configureGlobal({ seed: 6749 })

const now = 1_800_000_000

async function repairsOf(profile: Profile, body: object): Promise<readonly string[]> {
  const answer = { status: 200, headers: new Headers(), body: new TextEncoder().encode(JSON.stringify(body)) }
  return decodeTokenAnswer(profile, { url: '' }, answer, { secrets: [], dpop: false, now }).repairs
}

function ruled(answer: AnswerRules, join: ' ' | ',' | '+' = ' '): Profile {
  const grants = { client_credentials: { url: 'https://as.example.com/token' } }
  const data = { profile: 1, name: 'own', grants, defaultGrant: 'client_credentials', scope: { join }, answer } as const
  return defineProfile(data)()
}

describe('a conforming answer needs none', () => {
  const base = 'https://as.example.com'
  test.for([
    oauth2({ tokenEndpoint: base }),
    auth0({ domain: 'acme.example', audience: base }),
    keycloak({ base, realm: 'acme' }),
    portx(),
    passport(),
    portsip({ base }),
    aritma(),
  ])('read as $name', async (profile) => {
    const conforming = fc.asyncProperty(wellFormedAnswer, async (body) => {
      expect(await repairsOf(profile, body)).toEqual([])
    })
    await fc.assert(conforming, { numRuns: 100 })
  })
})

const good = { access_token: 'a', token_type: 'Bearer', expires_in: 60 }
const lists = { scope: ['scopes', 'scope'] }
const date = new Date((now + 60) * 1000).toISOString()

/** Every repair there is. */
const table: readonly (readonly [repair: string, rules: AnswerRules, body: object, join?: ','])[] = [
  ['access_token stood elsewhere', { accessToken: '/data/token' }, { ...good, data: { token: 'b' } }],
  ['token_type stood elsewhere', { tokenType: 'type' }, { ...good, token_type: undefined, type: 'Bearer' }],
  ['token_type was missing', { defaultTokenType: 'Bearer' }, { ...good, token_type: undefined }],
  ['token_type was null', { defaultTokenType: 'Bearer' }, { ...good, token_type: null }],
  ["token_type was a word of the server's own", { tokenTypes: { bot: 'Bearer' } }, { ...good, token_type: 'bot' }],
  ['refresh_token stood elsewhere', { refreshToken: ['refresh_token', 'refresh'] }, { ...good, refresh: 'r' }],
  ['refresh_token was null', {}, { ...good, refresh_token: null }],
  ['refresh_token was empty', {}, { ...good, refresh_token: '' }],
  ['refresh_token was passed over', { refreshToken: '/data/refresh' }, { ...good, refresh_token: 'r' }],
  ['scope stood elsewhere', lists, { ...good, scopes: 'a b' }],
  ['scope was null', {}, { ...good, scope: null }],
  ['scope was a list', {}, { ...good, scope: ['a', 'b'] }],
  ['scope was joined by another sign than a space', {}, { ...good, scope: 'a,b' }, ','],
  ['scope held what is no scope', {}, { ...good, scope: 'a "b"' }],
  ['expires_in was null', {}, { ...good, expires_in: null }],
  ['expires_in was a string', {}, { ...good, expires_in: '60' }],
  ['expires_in was negative', {}, { ...good, expires_in: -1 }],
  [
    'expires_in stood elsewhere',
    { lifetime: [{ path: 'expires_at', as: 'rfc3339' }] },
    { ...good, expires_in: undefined, expires_at: date },
  ],
  [
    'expires_in was not in seconds from now',
    { lifetime: [{ path: 'expires_in', as: 'milliseconds' }] },
    { ...good, expires_in: 60_000 },
  ],
]

test.for(table)('%s', async ([repair, rules, body, join]) => {
  expect(await repairsOf(ruled(rules, join), body)).toEqual([repair])
})

test('what was wrong in several ways is told in full', async () => {
  const body = { token_type: null, expires_in: null, scopes: ['a'], access_token: 'a', expires_at: date }
  const lifetime = [
    { path: 'expires_in', as: 'seconds' },
    { path: 'expires_at', as: 'rfc3339' },
  ] as const
  expect(await repairsOf(ruled({ ...lists, lifetime, defaultTokenType: 'Bearer' }), body)).toEqual([
    'token_type was null',
    'scope stood elsewhere',
    'scope was a list',
    'expires_in was null',
    'expires_in stood elsewhere',
  ])
})
