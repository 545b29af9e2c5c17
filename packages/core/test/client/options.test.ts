import { describe, expect, expectTypeOf, test } from 'vitest'
import { clientCredentials, password, refreshToken, signIn } from '../../src/client/grants/standard.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { clientSecretBasic, clientSecretPost, none } from '../../src/oauth/client-authentication.js'
import { defineProfile } from '../../src/profiles/define.js'
import { aritma, auth0, basicForm, oauth2, passport, portsip, portx } from '../../src/profiles/index.js'
import { errorOf, secret } from '../support/client.js'

const client = { clientId: 'client', clientSecret: secret }
const good: TokenClientOptions = { profile: portx(), ...client }
const joined = defineProfile({
  profile: 1,
  name: 'joined',
  grants: { client_credentials: { url: 'https://as.example.com/token', rename: { client_secret: 'secret' } } },
  defaultGrant: 'client_credentials',
  scope: { join: ',' },
})()
const person = signIn({ username: 'ada', password: secret })

describe('createTokenClient refuses', () => {
  test.for<readonly [what: string, options: TokenClientOptions, message: RegExp]>([
    ['no server', client, /exactly one of profile, issuer and tokenEndpoint/],
    ['two servers', { ...good, tokenEndpoint: 'https://as.example.com/token' }, /exactly one of/],
    ['an unknown profile', { ...good, profile: 'nope' as never }, /profile is what portx\(\)/],
    ['a profile that is none', { ...good, profile: {} as never }, /profile is what portx\(\)/],
    [
      'a profile from the future',
      { ...good, profile: { ...portx(), profile: 2 } as never },
      /profile is what portx\(\)/,
    ],
    ['a factory', { ...good, profile: portx as never }, /profile is what portx\(\)/],
    [
      'data no factory was made of',
      { ...good, profile: { ...portx(), variables: { base: null } } },
      /profile is what portx\(\)/,
    ],
    [
      'an http endpoint that is not loopback',
      { ...client, tokenEndpoint: 'http://as.example.com/token?key=1' },
      /^tokenEndpoint http:\/\/as\.example\.com\/token must be https; plain http is allowed on loopback only/,
    ],
    [
      'an http base that is not loopback',
      { ...good, profile: portx({ base: 'http://as.example.com' }) },
      /must be https/,
    ],
    [
      'an http issuer',
      { ...client, issuer: 'http://as.example.com' },
      /^issuer http:\/\/as\.example\.com\/ must be https/,
    ],
    ['an issuer with a query', { ...client, issuer: 'https://as.example.com/?a=b' }, /issuer has a query/],
    [
      'credentials in a URL',
      { ...client, tokenEndpoint: `https://user:${secret}@as.example.com` },
      /^tokenEndpoint .* holds credentials/,
    ],
    ['a fragment', { ...client, tokenEndpoint: 'https://as.example.com/token#x' }, /has a fragment/],
    [
      'what is no URL',
      { ...client, tokenEndpoint: 'as.example.com' },
      /^tokenEndpoint is not a URL; expected one like/,
    ],
    ['no client id', { ...good, clientId: undefined }, /^clientId is missing; profile portx needs it/],
    ['an empty client id', { ...good, clientId: '' }, /^clientId is missing/],
    [
      'no secret',
      { profile: portx(), clientId: 'client' },
      /^profile portx takes client_secret_post: give clientSecret or clientAuth for one of them, not none$/,
    ],
    [
      'no secret where only a person may go without one',
      { tokenEndpoint: 'https://as.example.com/token', clientId: 'client' },
      /private_key_jwt, tls_client_auth: give clientSecret or clientAuth for one of them, not none$/,
    ],
    ['an empty secret', { ...good, clientSecret: '' }, /client secret is a non-empty string/],
    [
      'a secret and an authentication',
      { ...good, clientAuth: clientSecretPost(secret) },
      /clientSecret or clientAuth, not both/,
    ],
    [
      'an authentication the profile does not take',
      { profile: portx(), clientId: 'c', clientAuth: clientSecretBasic(secret) },
      /profile portx takes client_secret_post: give .* not client_secret_basic$/,
    ],
    [
      'what is no authentication',
      { profile: portx(), clientId: 'c', clientAuth: clientSecretPost as never },
      /^clientAuth is what clientSecretPost\(secret\)/,
    ],
    [
      'null for an authentication',
      { profile: portx(), clientId: 'c', clientAuth: null as never },
      /^clientAuth is what clientSecretPost\(secret\)/,
    ],
    [
      'a secret where there is no client',
      { profile: portsip({ host: 'pbx' }), grant: person, clientSecret: secret },
      /profile portsip takes none: give .* not client_secret_basic or client_secret_post$/,
    ],
    ['portsip without a grant', { profile: portsip({ host: 'pbx' }) }, /profile portsip needs a grant, like signIn\(/],
    [
      'a grant the profile does not know',
      { ...good, grant: person },
      /profile portx knows no grant sign_in; it knows client_credentials/,
    ],
    ['what is no grant', { ...good, grant: 'client_credentials' as never }, /grant is what clientCredentials\(\)/],
    [
      'a grant of a name that objects have',
      { ...good, grant: { ...person, name: 'constructor' as never } },
      /^profile portx knows no grant constructor; it knows client_credentials/,
    ],
    [
      'a colon in a raw Basic id',
      { profile: basicForm({ base: 'https://as.example.com' }), ...client, clientId: 'a:b' },
      /clientId has a colon/,
    ],
    [
      'a colon in a raw Basic id, where the endpoints are discovered',
      {
        issuer: 'https://as.example.com',
        clientId: 'a:b',
        clientAuth: clientSecretBasic(secret, { encoding: 'raw' }),
      },
      /clientId has a colon/,
    ],
    ['a malformed scope', { ...good, scope: 'read "write"' }, /scope is a string of scopes separated by spaces/],
    ['a list that is no scope', { ...good, scope: ['read write'] }, /scope is a string of scopes/],
    ['a relative resource', { ...good, resource: '/api' }, /resource is an absolute URI/],
    ['a resource with a fragment', { ...good, resource: 'https://api.example.com#a' }, /without a fragment/],
    ['an empty audience', { ...good, audience: '' }, /audience is a string that is not empty/],
    [
      'a parameter that has an option',
      { ...good, parameters: { scope: 'read' } },
      /parameters\.scope has an option or a grant of its own/,
    ],
    ['a parameter that is no string', { ...good, parameters: { a: 1 as never } }, /parameters\.a must be a string/],
    ['what is no store', { ...good, cache: {} as never }, /cache is a TokenStore with get, set and delete/],
    ['null for a store', { ...good, cache: null as never }, /cache is a TokenStore/],
    [
      'an origin with a path',
      { ...good, allowedOrigins: ['https://api.example.com/v1'] },
      /allowedOrigins holds origins without a path, like 'https:\/\/api\.example\.com'/,
    ],
    [
      'an origin without its scheme',
      { ...good, allowedOrigins: ['api.example.com'] },
      /^allowedOrigins holds origins without a path, like 'https:\/\/api\.example\.com'/,
    ],
    [
      'an http origin',
      { ...good, allowedOrigins: ['http://api.example.com'] },
      /allowedOrigins http:\/\/api\.example\.com\/ must be https/,
    ],
    [
      'an option that there is not',
      { ...good, ...{ scopes: ['a'] } },
      /^createTokenClient has no option 'scopes'; it has profile, /,
    ],
    [
      'an origin that is no list',
      { ...good, allowedOrigins: 'https://a.example' as never },
      /^allowedOrigins is a list/,
    ],
    [
      'an endpoint origin that is no list',
      { ...client, issuer: 'https://as.example.com', endpointOrigins: 'https://a.example' as never },
      /^endpointOrigins is a list of strings/,
    ],
    ['parameters that are null', { ...good, parameters: null as never }, /^parameters is an object of strings/],
    [
      'a parameter that proves who the client is',
      { ...good, parameters: { client_assertion: 'x' } },
      /parameters\.client_assertion has an option/,
    ],
    [
      "a parameter that is the server's name for one of ours",
      { ...good, profile: joined, parameters: { secret: 'x' } },
      /parameters\.secret has an option or a grant of its own/,
    ],
    ['a scope with the joiner in it', { ...good, profile: joined, scope: ['a,b'] }, /^a scope holds ',', by which/],
    ['no time', { ...good, timeout: 0 }, /timeout is a number of seconds above 0, 300 at most/],
    ['milliseconds', { ...good, timeout: 10_000 }, /timeout is a number of seconds/],
    ['NaN', { ...good, timeout: Number.NaN }, /timeout is a number of seconds/],
    ['a clock that is none', { ...good, now: 1 as never }, /now is a function/],
    ['a listener that is none', { ...good, onEvent: 'log' as never }, /onEvent is a function/],
    ['nothing at all', undefined as never, /createTokenClient takes an object of options/],
  ])('%s', ([, options, message]) => {
    const attempt = () => createTokenClient(options)
    expect(attempt).toThrow(TypeError)
    expect(attempt).toThrow(message)
    expect(attempt).not.toThrow(new RegExp(secret))
  })
})

describe('createTokenClient takes', () => {
  test.for<readonly [what: string, options: TokenClientOptions]>([
    ['each profile: portx', good],
    ['portsip', { profile: portsip({ host: 'pbx.example.com' }), grant: person }],
    ['passport', { profile: passport(), ...client }],
    ['basicForm', { profile: basicForm({ base: 'https://as.example.com' }), ...client }],
    ['aritma, a tenant of it', { profile: aritma({ tenant: 'acme' }), ...client }],
    ['oauth2', { profile: oauth2({ tokenEndpoint: 'https://as.example.com/token' }), ...client }],
    ['a profile that went through JSON', { ...good, profile: JSON.parse(JSON.stringify(portx())) }],
    ['http on loopback', { tokenEndpoint: 'http://localhost:8080/token', ...client }],
    [
      'a public client with a refresh token',
      { tokenEndpoint: 'https://as.example.com/t', clientId: 'c', grant: refreshToken('r') },
    ],
    [
      'no client authentication at all',
      { tokenEndpoint: 'https://as.example.com/t', clientId: 'c', clientAuth: none() },
    ],
    [
      'a colon in a Basic id that is encoded',
      { tokenEndpoint: 'https://as.example.com/t', ...client, clientId: 'a:b' },
    ],
  ])('%s', ([, options]) => {
    expect(createTokenClient(options)).toMatchObject({ getToken: expect.any(Function) })
  })
})

test('options are frozen copies in effect: changing them later changes nothing', async () => {
  const parameters: Record<string, string> = { a: '1' }
  const options = { ...good, parameters }
  createTokenClient(options)
  expect(options).toEqual({ ...good, parameters: { a: '1' } })
  expect(Object.isFrozen(parameters)).toBe(false)
})

test.for([
  ['invalid_scope', { scope: 'a "b"' }],
  ['invalid_target', { resource: 'not a URI' }],
] as const)('a call with a wrong wish fails with %s', async ([code, wish]) => {
  expect(await errorOf(createTokenClient(good).getToken(wish))).toMatchObject({ name: 'TokenRequestError', code })
})

test('a call whose scope holds the joiner fails with invalid_scope', async () => {
  const call = createTokenClient({ ...good, profile: joined }).getToken({ scope: 'a,b' })
  expect(await errorOf(call)).toMatchObject({ code: 'invalid_scope' })
})

test.for([
  ['password', () => password({ username: '', password: secret })],
  ['signIn', () => signIn({ username: 'ada', password: undefined as never })],
  ['refreshToken', () => refreshToken('')],
] as const)('%s refuses what is missing', ([, make]) => {
  expect(make).toThrow(TypeError)
})

test('clientCredentials() is what is used where nothing is said', () => {
  expect(clientCredentials().once).toBeUndefined()
})

test('a factory is typed by its variables', () => {
  expectTypeOf(portsip)
    .parameter(0)
    .toEqualTypeOf<
      | ({ readonly host: string } & { readonly base?: string | undefined })
      | ({ readonly base: string } & { readonly host?: string | undefined })
    >()
  expectTypeOf(auth0).parameter(0).toHaveProperty('domain').toEqualTypeOf<string>()
  expectTypeOf(portx).toBeCallableWith()
  expectTypeOf(portx).toBeCallableWith({ base: 'https://auth.example.com' })
})
