import { describe, expect, test } from 'vitest'
import { oauth2, passport, portsip } from '../../src/profiles/index.js'
import { defineScopes } from '../../src/scopes/catalogue.js'
import { introspect } from '../../src/verifier/introspect.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { audience, createSigner, issuer } from './support/tokens.js'

const { jwk } = await createSigner('ES256')
const good = { issuer, audience, jwks: { keys: [jwk] } }
const introspection = introspect({ endpoint: 'https://as.example.test/i', clientId: 'api', clientSecret: 's' })

/** An option that is there but null is a mistake, not a default. */
const nullable = [
  'profile',
  'jwks',
  'scopeMapping',
  'typ',
  'audience',
  'algorithms',
  'clockTolerance',
  'scopes',
  'claims',
  'resourceMetadata',
  'verifiedTokenCache',
  'revocation',
  'mtls',
  'fetch',
  'now',
  'onEvent',
] as const

/** As a JavaScript user may call it: with anything. */
function create(options: unknown): unknown {
  return createVerifier(options as VerifierOptions)
}

describe('createVerifier takes', () => {
  test.for<readonly [string, object]>([
    ['a set of keys', good],
    ['a URL of keys as text', { ...good, jwks: 'https://as.example.test/jwks' }],
    ['a URL of keys', { ...good, jwks: new URL('https://as.example.test/jwks') }],
    ['keys on loopback over http', { ...good, jwks: 'http://127.0.0.1:9/jwks' }],
    ['an issuer to discover', { issuer, audience }],
    ['an issuer that is no URL, with keys', { ...good, issuer: 'urn:example:as' }],
    ['issuers', { audience, issuers: [{ issuer, jwks: { keys: [jwk] } }, { issuer: 'https://b.test' }] }],
    ['options that are undefined', { ...good, issuers: undefined, typ: undefined, realm: undefined, now: undefined }],
    [
      'an opaque issuer beside others',
      { audience, issuers: [{ issuer, introspection }, { issuer: 'https://b.test' }] },
    ],
    ['an opaque profile with introspection', { issuer, audience, profile: passport(), introspection }],
    ['a tolerance of 0', { ...good, clockTolerance: 0 }],
    ['a tolerance of 300', { ...good, clockTolerance: 300 }],
    ['the aliases of EdDSA', { ...good, algorithms: ['Ed25519'] }],
    ['no memory', { ...good, verifiedTokenCache: false }],
    ['frozen options', Object.freeze({ ...good })],
  ])('%s', ([, options]) => {
    expect(() => create(options)).not.toThrow()
  })
})

describe('createVerifier refuses at once', () => {
  test.for<readonly [string, unknown, RegExp]>([
    ['nothing', undefined, /object of options/],
    ['D-cfg-5 a key that is none', { ...good, jwks: '' }, /jwks/],
    ['D-cfg-5 a list of keys that is none', { ...good, jwks: null }, /jwks/],
    ['D-cfg-5 a function in place of keys', { ...good, jwks: () => '' }, /jwks/],
    ['D-cfg-1 no issuer', { ...good, issuer: undefined }, /needs an issuer: \{ issuer:/],
    ['D-cfg-1 an empty issuer', { ...good, issuer: '' }, /needs an issuer/],
    ['D-cfg-1 a list as issuer', { ...good, issuer: [] }, /needs an issuer/],
    ['D-cfg-1 no audience', { ...good, audience: undefined }, /^audience is a non-empty string/],
    ['D-cfg-1 an empty audience', { ...good, audience: '' }, /^audience/],
    ['D-cfg-1 an empty list of audiences', { ...good, audience: [] }, /^audience/],
    ['D-cfg-1 an empty audience in a list', { ...good, audience: ['a', ''] }, /^audience/],
    ['audience of a wrong type', { ...good, audience: 7 }, /^audience/],
    [
      'D-time-2 negative tolerance',
      { ...good, clockTolerance: -1 },
      /^clockTolerance is a number of seconds from 0 to 300/,
    ],
    ['D-time-2 huge tolerance', { ...good, clockTolerance: 301 }, /^clockTolerance/],
    ['D-time-2 tolerance NaN', { ...good, clockTolerance: Number.NaN }, /^clockTolerance/],
    ['D-time-2 tolerance Infinity', { ...good, clockTolerance: Number.POSITIVE_INFINITY }, /^clockTolerance/],
    ['D-time-2 tolerance as text', { ...good, clockTolerance: '5' }, /^clockTolerance/],
    ['D-time-2 tolerance null', { ...good, clockTolerance: null }, /^clockTolerance/],
    [
      'algorithm none',
      { ...good, algorithms: ['none'] },
      /^algorithms names 'none'; those that can be allowed are RS256/,
    ],
    ['B-conf-hsallowed HS256', { ...good, algorithms: ['RS256', 'HS256'] }, /^algorithms names 'HS256'/],
    ['an unknown algorithm', { ...good, algorithms: ['RS257'] }, /^algorithms names 'RS257'/],
    ['no algorithm', { ...good, algorithms: [] }, /^algorithms/],
    ['empty typ', { ...good, typ: [] }, /^typ/],
    [
      'two opaque issuers',
      {
        audience,
        issuers: [
          { issuer, introspection },
          { issuer: 'b', introspection },
        ],
      },
      /two issuers/,
    ],
    ['one issuer twice', { audience, issuers: [{ issuer }, { issuer }] }, /configured twice/],
    ['no issuer in the list', { audience, issuers: [] }, /at least one/],
    ['issuer and issuers', { audience, issuer, issuers: [{ issuer }] }, /^issuer stands beside issuers/],
    ['jwks beside issuers', { ...good, issuer: undefined, issuers: [{ issuer }] }, /^jwks stands beside issuers/],
    ['an issuer that is null', { audience, issuers: [null] }, /object of options/],
    ['keys over http', { ...good, jwks: 'http://as.example.test/jwks' }, /must be https/],
    ['keys by file', { ...good, jwks: 'file:///etc/keys' }, /must be https/],
    ['C-S2 keys at a link-local address', { ...good, jwks: 'http://169.254.169.254/' }, /must be https/],
    ['discovery over http', { issuer: 'http://as.example.test', audience }, /must be https/],
    ['discovery from no URL', { issuer: 'urn:example:as', audience }, /issuer .* must be https/],
    ['C-jwk-15 keys that are no list', { ...good, jwks: { keys: {} } }, /no JWK Set/],
    ['C-jwk-16 a set without keys', { ...good, jwks: {} }, /no JWK Set/],
    [
      'an opaque profile without introspection',
      { issuer, audience, profile: portsip({ host: 'h' }) },
      /introspection is needed/,
    ],
    ['introspection that is none', { issuer, audience, introspection: { endpoint: 'x' } }, /what introspect\(/],
    ['a profile by name', { issuer, audience, profile: 'portx' }, /profile/],
    ['a profile factory that was not called', { issuer, audience, profile: oauth2 }, /profile/],
    ['an unknown option', { ...good, audiance: 'x' }, /has no option 'audiance'; it has/],
    ['an unknown option of an issuer', { audience, issuers: [{ issuer, jwksUri: 'x' }] }, /has no option 'jwksUri'/],
    ['a memory of 0', { ...good, verifiedTokenCache: { maxEntries: 0 } }, /^verifiedTokenCache/],
    ['a memory of no bytes', { ...good, verifiedTokenCache: { maxBytes: 0 } }, /^verifiedTokenCache/],
    ['a memory misspelt', { ...good, verifiedTokenCache: { maxEntires: 5 } }, /^verifiedTokenCache/],
    ['a memory of 1.5', { ...good, verifiedTokenCache: { maxEntries: 1.5 } }, /^verifiedTokenCache/],
    ['a memory that is true', { ...good, verifiedTokenCache: true }, /^verifiedTokenCache/],
    ['a catalogue that is none', { ...good, scopes: ['accounts:read'] }, /defineScopes/],
    ['a schema that is none', { ...good, claims: { parse: () => ({}) } }, /Standard Schema/],
    ['an empty realm', { ...good, realm: '' }, /^realm/],
    ['metadata at no URL', { ...good, resourceMetadata: 'x' }, /^resourceMetadata is a URL/],
    ['a clock that is a number', { ...good, now: 5 }, /^now is a function/],
    ['a fetch that is none', { ...good, fetch: {} }, /^fetch is a function/],
    ['a listener that is none', { ...good, onEvent: true }, /^onEvent is a function/],
    [
      'a mapping with an unknown member',
      { ...good, scopeMapping: { roles: [] } },
      /scopeMapping has no option 'roles'/,
    ],
    ['a mapping from nowhere', { ...good, scopeMapping: { from: [] } }, /^scopeMapping\.from/],
    ['a mapping from a number', { ...good, scopeMapping: { from: [7] } }, /^scopeMapping\.from/],
    ['a mapping from an empty text', { ...good, scopeMapping: { from: [''] } }, /^scopeMapping\.from/],
    ['a mapping from an empty list', { ...good, scopeMapping: { from: [[]] } }, /^scopeMapping\.from/],
    ['a set without keys', { ...good, jwks: { keys: [] } }, /^jwks holds no public key/],
    ['a set without a usable key', { ...good, jwks: { keys: [{ kty: 'oct', k: 'AA' }] } }, /^jwks holds no public/],
    ...nullable.map((name) => [`${name} null`, { ...good, [name]: null }, new RegExp(`^${name} `)] as const),
    ['keys that are none', { ...good, keys: { version: 1, sets: [] } }, /^keys is what portableKeys\(\) returns/],
    ['realm null', { ...good, realm: null }, /^realm is/],
    ['issuers null', { audience, issuers: null }, /^issuers is a list/],
    ['introspection null', { ...good, introspection: null }, /^introspection is what/],
    ['map null', { ...good, scopeMapping: { map: null } }, /^scopeMapping\.map is/],
    ['wildcard null', { ...good, scopeMapping: { wildcard: null } }, /^scopeMapping\.wildcard is/],
    ['a mapping to text', { ...good, scopeMapping: { map: { admin: 'a' } } }, /^scopeMapping\.map\.admin is a list/],
    ['a mapping that is a list', { ...good, scopeMapping: { map: ['a'] } }, /^scopeMapping\.map is an object/],
    ['always as text', { ...good, scopeMapping: { always: 'a' } }, /^scopeMapping\.always/],
    ['wildcard as text', { ...good, scopeMapping: { wildcard: '*' } }, /^scopeMapping\.wildcard/],
  ])('%s', ([, options, message]) => {
    expect(() => create(options)).toThrow(TypeError)
    expect(() => create(options)).toThrow(message)
  })

  test('a mapping onto a scope that the API does not have', () => {
    const scopes = defineScopes({ 'a:read': 'Read' })
    expect(() => create({ ...good, scopes, scopeMapping: { map: { admin: ['a:raed'] } } })).toThrow(
      "scopeMapping.map.admin grants 'a:raed', which is not in the catalogue",
    )
    expect(() => create({ ...good, scopes, scopeMapping: { always: ['b'] } })).toThrow(
      /^scopeMapping\.always grants 'b'/,
    )
  })
})

describe('introspect refuses at once', () => {
  const base = { clientId: 'api', clientSecret: 'planted-secret' }

  test.for<readonly [string, object, RegExp]>([
    ['no client id', { ...base, clientId: '' }, /needs a clientId/],
    ['no secret', { clientId: 'api' }, /needs a clientSecret/],
    ['an empty secret', { ...base, clientSecret: '' }, /client secret/],
    ['a secret and a way to authenticate', { ...base, clientAuth: { authenticate: () => undefined } }, /instead/],
    ['a way that is none', { clientId: 'api', clientAuth: {} }, /clientAuth/],
    ['an endpoint over http', { ...base, endpoint: 'http://as.example.test/i' }, /must be https/],
    ['a timeout of 0', { ...base, timeout: 0 }, /^timeout/],
    ['a timeout of NaN', { ...base, timeout: Number.NaN }, /^timeout/],
    ['a negative age', { ...base, cache: { maxAge: -1 } }, /^cache\.maxAge/],
    ['an endless age', { ...base, cache: { maxAge: 1e9 } }, /^cache\.maxAge/],
    ['no entries', { ...base, cache: { maxEntries: 0 } }, /^cache\.maxEntries/],
    ['an endpoint that is null', { ...base, endpoint: null }, /^endpoint/],
    ['a timeout that is null', { ...base, timeout: null }, /^timeout/],
    ['a timeout as text', { ...base, timeout: '5' }, /^timeout/],
    ['a cache that is null', { ...base, cache: null }, /^cache is false or/],
    ['a cache that is true', { ...base, cache: true }, /^cache is false or/],
    ['an age as text', { ...base, cache: { maxAge: '5' } }, /^cache\.maxAge/],
    ['a clientAuth that is null', { clientId: 'api', clientAuth: null }, /^clientAuth/],
    ['leniency as text', { ...base, dangerouslyAllowMissingAudience: 'no' }, /^dangerouslyAllowMissingAudience/],
    ['an unknown option', { ...base, clientsecret: 'x' }, /has no option 'clientsecret'/],
  ])('%s', ([, options, message]) => {
    const call = () => introspect(options as Parameters<typeof introspect>[0])
    expect(call).toThrow(TypeError)
    expect(call).toThrow(message)
    expect(call).not.toThrow(/planted-secret/)
  })

  test('discovery of an issuer that is no URL', () => {
    const introspection = introspect(base)
    expect(() => create({ issuer: 'urn:as', audience, introspection })).toThrow(/issuer .* must be https/)
  })
})
