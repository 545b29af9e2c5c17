import { describe, expect, test } from 'vitest'
import { defineProfile } from '../../src/profiles/define.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')

/** A claim's value as JSON text, for what JSON.stringify cannot say. */
function claimsWithJson(name: string, json: string): string {
  return JSON.stringify(claimsWith({ [name]: undefined })).replace(/\}$/, `,"${name}":${json}}`)
}

async function verify(claims: object | string, options: Partial<VerifierOptions> = {}): Promise<string> {
  return verdictOf(
    createVerifier({
      issuer,
      audience,
      jwks: { keys: [signer.jwk] },
      clockTolerance: 0,
      now: clockAt(),
      ...options,
    }).verify(await signer.sign(claims)),
  )
}

describe('exp', () => {
  test.for([
    ['one second ahead', epoch + 1, 0, 'accepted'],
    ['now', epoch, 0, 'invalid_token'],
    ['D-exp-1 one second ago', epoch - 1, 0, 'invalid_token'],
    ['D-exp-10 3 s ago, tolerance 5', epoch - 3, 5, 'accepted'],
    ['exactly the tolerance ago', epoch - 5, 5, 'invalid_token'],
    ['D-exp-11 10 s ago, tolerance 5', epoch - 10, 5, 'invalid_token'],
    ['a fraction ahead', epoch + 0.5, 0, 'accepted'],
    ['D-exp-6 the year 10000', 253_402_300_800, 0, 'accepted'],
    ['D-exp-7 1e30', 1e30, 0, 'accepted'],
    ['D-exp-8 in milliseconds', epoch * 1000, 0, 'accepted'],
    ['D-expt-9 zero', 0, 0, 'invalid_token'],
    ['D-expt-10 negative', -1, 0, 'invalid_token'],
  ] as const)('%s', async ([, exp, clockTolerance, verdict]) => {
    expect(await verify(claimsWith({ exp }), { clockTolerance })).toBe(verdict)
  })

  test('29 s ago is accepted by default, 30 s ago is not', async () => {
    expect(await verify(claimsWith({ exp: epoch - 29 }), { clockTolerance: undefined })).toBe('accepted')
    expect(await verify(claimsWith({ exp: epoch - 30 }), { clockTolerance: undefined })).toBe('invalid_token')
  })

  test('missing is refused', async () => {
    expect(await verify(claimsWith({ exp: undefined }))).toBe('invalid_token')
  })
})

describe('times', () => {
  const noNumbers = [
    '"9999999999"',
    '"2099-01-01T00:00:00Z"',
    'null',
    'true',
    '{}',
    '[9999999999]',
    '1e400',
    '-1e400',
    '"NaN"',
    '"Infinity"',
    '""',
    '"abc"',
    '"0"',
  ]

  test.for(['exp', 'nbf', 'iat'].flatMap((name) => noNumbers.map((json) => [name, json] as const)))(
    'D-expt, D-nbft, D-iatt: %s %s is refused',
    async ([name, json]) => {
      expect(await verify(claimsWithJson(name, json))).toBe('invalid_token')
    },
  )

  test.for([
    ['nbf', epoch, 0, 'accepted'],
    ['nbf', epoch + 1, 0, 'invalid_token'],
    ['nbf', epoch + 30, 30, 'accepted'],
    ['nbf', epoch + 31, 30, 'invalid_token'],
    ['iat', epoch + 1, 0, 'invalid_token'],
    ['iat', epoch + 2, 30, 'accepted'],
    ['iat', epoch + 60, 30, 'invalid_token'],
    ['iat', epoch + 86_400, 30, 'invalid_token'],
    ['iat', undefined, 0, 'accepted'],
  ] as const)('%s %s with a tolerance of %s s is %s', async ([name, value, clockTolerance, verdict]) => {
    expect(await verify(claimsWith({ [name]: value }), { clockTolerance })).toBe(verdict)
  })

  test.for<readonly [string, () => number]>([
    ['NaN', () => Number.NaN],
    ['infinity', () => Number.POSITIVE_INFINITY],
    [
      'an error',
      () => {
        throw new Error('no time')
      },
    ],
  ])('a clock that answers with %s is our own fault, not that of a token', async ([, now]) => {
    expect(await verify(claimsWith(), { now })).toBe('temporarily_unavailable')
  })
})

describe('iss', () => {
  test.for([
    'http://issuer.example.test',
    'https://issuer.example.test:443',
    'https://issuer.example.test.evil.test',
    'https://issuer.example.test/',
    'https://issuer.example.test/evil',
    'https://issuer.example.tes',
    'https://ISSUER.example.test',
    'issuer',
    ' https://issuer.example.test',
    'https://issuer.example.test\u0000',
    '__proto__',
    '',
    undefined,
    null,
    1,
    true,
    {},
    [issuer],
    ['https://evil.test', issuer],
  ])('D-iss %j is refused', async (iss) => {
    expect(await verify(claimsWith({ iss }))).toBe('invalid_token')
  })

  test('is shown in the message, cleaned, and never in the answer', async () => {
    const verifier = createVerifier({ issuer, audience, jwks: { keys: [signer.jwk] }, now: clockAt() })
    const iss = `https://evil.test/\r\nSet-Cookie: a=b\u001b[31m${'x'.repeat(500)}`
    const refusal = await refusalOf(verifier.verify(await signer.sign(claimsWith({ iss }))))
    expect(refusal.reason).toMatch(/^[\x20-\x7e]{1,300}$/)
    expect(refusal.reason).toContain("'https://evil.test/??Set-Cookie")
    expect(JSON.stringify(refusal.answer)).not.toContain('evil')
  })
})

describe('aud', () => {
  test.for([
    'https://api.example.test',
    'https://API.example.test/',
    'https://api.example.test/ ',
    'https://api.example.test/v1',
    'https://other.test',
    'read write',
    '',
    '*',
    [],
    [[audience]],
    { a: audience },
    { 0: audience, length: 1 },
    null,
    true,
    1,
    [null, 1],
    [audience, 1],
    [audience, null],
    undefined,
  ])('D-aud %j is refused', async (aud) => {
    expect(await verify(claimsWith({ aud }))).toBe('invalid_token')
  })

  test.for([
    ['D-aud-1 an array holding ours', ['x', audience]],
    ['D-aud-4 ten thousand, ours last', [...Array.from({ length: 800 }, (_, i) => `a${i}`), audience]],
  ] as const)('%s is accepted', async ([, aud]) => {
    expect(await verify(claimsWith({ aud }))).toBe('accepted')
  })

  test('one of several of ours is enough', async () => {
    expect(await verify(claimsWith({ aud: 'b' }), { audience: ['a', 'b'] })).toBe('accepted')
    expect(await verify(claimsWith({ aud: 'a b' }), { audience: ['a', 'b'] })).toBe('invalid_token')
  })
})

describe('other claims', () => {
  test.for(['sub', 'jti'].flatMap((name) => [null, {}, [], true, 1].map((value) => [name, value] as const)))(
    'D-subt, D-jtit: %s %j is refused',
    async ([name, value]) => {
      expect(await verify(claimsWith({ [name]: value }))).toBe('invalid_token')
    },
  )

  test('D-sub-1 sub may be missing', async () => {
    expect(await verify(claimsWith({ sub: undefined }))).toBe('accepted')
  })

  test.for([{ jkt: 'x' }, { 'x5t#S256': 'x' }, { unknown: 1 }, {}, null, 'x', []])(
    'D-cnf %j makes a bound token, whose proof cannot be checked',
    async (cnf) => {
      expect(await verify(claimsWith({ cnf }))).toBe('invalid_token')
    },
  )

  test.for([
    ['ID token', { at_hash: 'x' }],
    ['ID token of a hybrid flow', { c_hash: 'x' }],
    ['logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
    ['DPoP proof', { htm: 'GET', htu: audience }],
    ['refresh token', { token_use: 'refresh' }],
    ['Cognito ID token', { token_use: 'id' }],
    ['Keycloak ID token', { typ: 'ID' }],
    ['Keycloak refresh token', { typ: 'Refresh' }],
    ['Keycloak offline token', { typ: 'Offline' }],
    ['refresh token by its type', { token_type: 'Refresh' }],
  ] as const)('a %s of the same issuer is no access token', async ([, members]) => {
    expect(await verify(claimsWith(members))).toBe('invalid_token')
  })
})

describe('a profile', () => {
  test('that knows its issuer needs no other word for it', async () => {
    const profile = defineProfile({
      profile: 1,
      name: 'fixed',
      grants: { client_credentials: { url: 'https://as.example.test/token' } },
      defaultGrant: 'client_credentials',
      clientAuth: { methods: ['client_secret_basic'] },
      answer: { accessToken: '/access_token' },
      verify: { tokens: 'jwt', issuers: [issuer] },
    })()
    const jwks = { keys: [signer.jwk] }
    const verifier = createVerifier({ audience, issuers: [{ profile, jwks }], now: clockAt() })
    expect(await verdictOf(verifier.verify(await signer.sign()))).toBe('accepted')
  })

  const cognito = defineProfile({
    profile: 1,
    name: 'cognito-like',
    variables: { pool: null },
    grants: { client_credentials: { url: 'https://as.example.test/token' } },
    defaultGrant: 'client_credentials',
    verify: {
      tokens: 'jwt',
      issuers: ['https://as.example.test/{pool}'],
      audienceClaim: 'client_id',
      audience: ['client-{pool}'],
      require: [
        { path: 'token_use', equals: 'access' },
        { path: '/realm/name', exists: true },
      ],
      clientId: ['cid', 'client_id'],
      scopes: ['/realm/roles'],
      typ: ['JWT'],
      algorithms: ['ES256'],
      subject: 'required',
    },
  })
  const claims = {
    ...claimsWith({ aud: undefined, iss: 'https://as.example.test/eu' }),
    client_id: 'client-eu',
    token_use: 'access',
    realm: { name: 'r', roles: ['reader'] },
  }
  const verifier = createVerifier({ profile: cognito({ pool: 'eu' }), jwks: { keys: [signer.jwk] }, now: clockAt() })

  test('says where issuer, audience, client and scopes stand', async () => {
    const token = await verifier.verify(await signer.sign(claims, { typ: 'JWT' }))
    expect(token).toMatchObject({
      issuer: 'https://as.example.test/eu',
      clientId: 'client-eu',
      scopes: ['reader'],
    })
  })

  test.for([
    ['an audience elsewhere', { client_id: 'client-us', aud: 'client-eu' }, 'JWT'],
    ['another token_use', { token_use: 'something' }, 'JWT'],
    ['no token_use', { token_use: undefined }, 'JWT'],
    ['a missing member', { realm: { roles: [] } }, 'JWT'],
    ['no subject', { sub: undefined }, 'JWT'],
    ['an empty subject', { sub: '' }, 'JWT'],
    ['another typ', {}, 'at+jwt'],
    ['no typ', {}, undefined],
  ] as const)('refuses %s', async ([, over, typ]) => {
    expect(await verdictOf(verifier.verify(await signer.sign({ ...claims, ...over }, { typ })))).toBe('invalid_token')
  })

  test('gives way to what is said beside it', async () => {
    const own = createVerifier({
      profile: cognito({ pool: 'eu' }),
      issuer,
      audience: 'mine',
      typ: ['at+jwt'],
      jwks: { keys: [signer.jwk] },
      scopeMapping: { from: ['scope'] },
      now: clockAt(),
    })
    const token = await own.verify(await signer.sign({ ...claims, iss: issuer, client_id: 'mine' }))
    expect(token.scopes).toEqual(['read', 'write'])
  })
})

describe('several issuers', () => {
  test('C-S4 the key of one verifies nothing of another, though they share a kid', async () => {
    const other = await createSigner('ES256', signer.kid)
    const verifier = createVerifier({
      audience,
      issuers: [
        { issuer, jwks: { keys: [signer.jwk] } },
        {
          issuer: 'https://b.example.test',
          jwks: { keys: [other.jwk] },
          audience: 'b',
          scopeMapping: { map: { read: ['b:read'] } },
        },
      ],
      now: clockAt(),
    })
    const b = claimsWith({ iss: 'https://b.example.test', aud: 'b' })
    expect((await verifier.verify(await other.sign(b))).scopes).toEqual(['b:read'])
    expect((await verifier.verify(await signer.sign())).scopes).toEqual(['read', 'write'])
    expect(await verdictOf(verifier.verify(await signer.sign(b)))).toBe('invalid_token')
    expect(await verdictOf(verifier.verify(await other.sign()))).toBe('invalid_token')
    expect(await verdictOf(verifier.verify(await other.sign({ ...b, aud: audience })))).toBe('invalid_token')
  })
})
