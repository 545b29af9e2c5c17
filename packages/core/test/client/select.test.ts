import fc from 'fast-check'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { dpop } from '../../src/client/dpop.js'
import { deviceCode } from '../../src/client/grants/device-code.js'
import type { Grant } from '../../src/client/grants/grant.js'
import { jwtBearer } from '../../src/client/grants/jwt-bearer.js'
import { clientCredentials, password, refreshToken, signIn } from '../../src/client/grants/standard.js'
import { tokenExchange } from '../../src/client/grants/token-exchange.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { selector } from '../../src/client/select.js'
import { readSettings } from '../../src/client/settings.js'
import { clientSecretJwt, privateKeyJwt } from '../../src/oauth/client-assertion.js'
import { clientSecretBasic, clientSecretPost, none, tlsClientAuth } from '../../src/oauth/client-authentication.js'
import { oauth2 } from '../../src/profiles/oauth2.js'
import { portsip } from '../../src/profiles/portsip.js'

// The same cases each time: a test that fails must fail again.
const config = { seed: 7521, numRuns: 80 } as const

const { privateKey: key } = await generateKeyPair('ES256')
const proofKeys = await Promise.all(
  [0, 1].map(async () => await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)),
)

/** Few, and such that runs of them could be read in two ways: most pairs differ in little. */
const text = fc.constantFrom('a', 'b', 'ab', 'a:b', '1:a', '__proto__', 'urn:a')
const uri = fc.constantFrom('urn:a', 'urn:b', 'https://a.example/')
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined })

/** How a grant is made, and anew: what it is told by must not be the object. */
type Make = readonly [meaning: unknown, make: () => Grant]

const exchange = fc.record({
  subjectToken: text,
  subjectTokenType: maybe(uri),
  actorToken: maybe(text),
  requestedTokenType: maybe(uri),
})
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const claims = fc.dictionary(fc.constantFrom('x', 'y', '__proto__'), fc.oneof(text, fc.record({ x: text, y: text })))
const signed = fc.record({ issuer: text, subject: text, audience: maybe(text), claims })

const grant: fc.Arbitrary<Make> = fc.oneof(
  fc.constant<Make>([['client'], () => clientCredentials()]),
  text.map<Make>((token) => [['refresh', token], () => refreshToken(token)]),
  fc
    .tuple(text, text)
    .map<Make>(([username, secret]) => [
      ['password', username, secret],
      () => password({ username, password: secret }),
    ]),
  exchange.map<Make>((options) => [
    ['exchange', { ...options, subjectTokenType: options.subjectTokenType ?? accessToken }],
    () => tokenExchange(options),
  ]),
  text.map<Make>((assertion) => [['given', assertion], () => jwtBearer({ assertion })]),
  text.map<Make>((identity) => [['made', identity], () => jwtBearer({ assertion: () => 'jwt', identity })]),
  maybe(text).map<Make>((identity) => [['device', identity], () => deviceCode({ show: () => undefined, identity })]),
  signed.map<Make>((options) => [
    ['signed', { ...options, claims: sorted(options.claims) }],
    () => jwtBearer({ key, ...options, claims: reversed(options.claims) }),
  ]),
)

/** Ways to authenticate, with a secret that is another one each time. */
const ways = {
  basic: (secret: string) => clientSecretBasic([secret, 'next']),
  post: (secret: string) => clientSecretPost(async () => secret),
  secretJwt: (secret: string) => clientSecretJwt(secret),
  keyJwt: (_: string) => privateKeyJwt(key),
  tls: (_: string) => tlsClientAuth(),
  none: (_: string) => none(),
} as const

const set = fc.array(text, { maxLength: 3 })

/** Everything that selects a token, as a call or the client's options have it. */
const wish = fc.record({
  tokenEndpoint: fc.constantFrom('https://as.example/a', 'https://as.example/b', 'https://as.example:8443/a'),
  api: fc.constantFrom('', 'https://a.example', 'https://b.example'),
  clientId: text,
  way: fc.constantFrom(...(Object.keys(ways) as (keyof typeof ways)[])),
  audience: maybe(text),
  parameters: fc.dictionary(fc.constantFrom('a', 'b', 'ab', '__proto__'), text, { maxKeys: 2 }),
  proofKey: fc.constantFrom(undefined, 0, 1),
  scope: set,
  resource: fc.array(uri, { maxLength: 2 }),
  grant,
})
type Wish = typeof wish extends fc.Arbitrary<infer W> ? W : never

const parts = [
  'tokenEndpoint',
  'api',
  'clientId',
  'way',
  'audience',
  'parameters',
  'proofKey',
  'scope',
  'resource',
  'grant',
] as const satisfies readonly (keyof Wish)[]

function sorted(object: object): unknown {
  return Object.entries(object)
    .map(([name, value]) => [name, typeof value === 'object' ? sorted(value) : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function reversed(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).reverse())
}

function unordered(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort((a, b) => (a < b ? -1 : 1))
}

function meaningOf(all: Wish): string {
  const { scope, resource, grant, parameters, ...rest } = all
  return JSON.stringify([Object.entries(rest), unordered(scope), unordered(resource), grant[0], sorted(parameters)])
}

/** How often a client was made: each has another secret. */
let made = 0

type Select = ReturnType<typeof selector>

/** The selector of a client that is made for a wish, anew and in another order. */
function selectorOf(all: Wish): Select {
  const { tokenEndpoint, api, clientId, way, audience, parameters, proofKey } = all
  const profile = oauth2({ api, tokenEndpoint })
  const clientAuth = ways[way](`planted-secret-of-32-bytes-or-more-${++made}`)
  const key = proofKey === undefined ? undefined : proofKeys[proofKey]
  const bound = key === undefined ? {} : { dpop: dpop({ key: { ...key, kid: `key-${made}` } }) }
  const options = {
    profile,
    clientId,
    clientAuth,
    audience,
    parameters: made % 2 === 0 ? parameters : reversedTexts(parameters),
    ...bound,
  }
  return selector(readSettings(options))
}

function reversedTexts(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).reverse())
}

async function keyOf(all: Wish) {
  const { scope, resource, grant } = all
  return await selectorOf(all)({ scope, resource, grant: grant[1]() })
}

const plain: TokenClientOptions = { tokenEndpoint: 'https://as.example/token', clientId: 'id', clientSecret: 'secret' }

function selectOf(options: Partial<TokenClientOptions> = {}): Select {
  return selector(readSettings({ ...plain, ...options }))
}

describe('the key of a token', () => {
  test('two requests share it exactly when they ask for the same on behalf of the same', async () => {
    await fc.assert(
      fc.asyncProperty(wish, wish, async (one, other) => {
        const [first, second] = await Promise.all([keyOf(one), keyOf(other)])
        expect(first.key === second.key).toBe(meaningOf(one) === meaningOf(other))
      }),
      config,
    )
  })

  test.for(parts)('requests that differ in nothing but %s do not share it', async (part) => {
    await fc.assert(
      fc.asyncProperty(wish, wish, async (one, another) => {
        const other = { ...one, [part]: another[part] }
        const [first, second] = await Promise.all([keyOf(one), keyOf(other)])
        expect(first.key === second.key).toBe(meaningOf(one) === meaningOf(other))
      }),
      config,
    )
  })

  test('whose credential it is does not depend on what is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(wish, wish, async (one, { scope, resource, grant }) => {
        const [first, second, third] = await Promise.all([
          keyOf(one),
          keyOf({ ...one, scope, resource }),
          keyOf({ ...one, grant }),
        ])
        expect(first.credential).toBe(second.credential)
        expect(first.credential === third.credential).toBe(JSON.stringify(one.grant[0]) === JSON.stringify(grant[0]))
      }),
      config,
    )
  })

  test('order, duplicates, and what changes from attempt to attempt say nothing', async () => {
    await fc.assert(
      fc.asyncProperty(wish, async (one) => {
        const { scope, resource, clientId, tokenEndpoint } = one
        const grant = one.grant[1]()
        const select = selectorOf(one)
        const before = await select({ scope, resource, grant })
        await grant.parameters({ tokenEndpoint: new URL(tokenEndpoint), clientId, now: Date.now })
        const shuffled = { scope: [...scope, ...scope].reverse(), resource: [...resource, ...resource].reverse() }
        expect(await select({ ...shuffled, grant })).toEqual(before)
        expect(await keyOf({ ...one, ...shuffled })).toEqual(before)
      }),
      config,
    )
  })

  test('assertions, proofs, nonces and secrets that were refused say nothing', async () => {
    for (const [name, way] of Object.entries(ways)) {
      const clientAuth = way('planted-secret-of-32-bytes-or-more')
      const proofs = dpop()
      const settings = readSettings({ ...plain, clientSecret: undefined, clientAuth, dpop: proofs })
      const of = () => selector(settings)({ scope: [], resource: [], grant: clientCredentials() })
      const before = await of()
      const url = new URL('https://as.example/token')
      const sent = await clientAuth.authenticate({
        clientId: 'id',
        endpoint: url,
        basicEncoding: 'form',
        now: Date.now,
      })
      await clientAuth.next?.(sent)
      const proof = await proofs.prove({ method: 'POST', url, now: Date.now })
      proofs.learn(url, 'nonce')
      expect(await of(), name).toEqual(before)
      const printed = JSON.stringify(before)
      for (const each of [proof, 'planted', ...Object.values(sent.headers)]) expect(printed).not.toContain(each)
    }
  })

  test('another key of DPoP proofs is another one, and the same key the same one', async () => {
    const wish = { scope: [], resource: [], grant: clientCredentials() }
    const jwk = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
    const of = async (options?: Partial<TokenClientOptions>) => (await selectOf(options)(wish)).key
    const keys = await Promise.all([
      of(),
      of({ dpop: dpop() }),
      of({ dpop: dpop() }),
      of({ dpop: dpop({ key: { ...jwk } }) }),
    ])
    expect(new Set(keys).size).toBe(4)
    expect(await of({ dpop: dpop({ key: { ...jwk, kid: 'other' } }) })).toBe(keys[3])
  })

  test('another client secret is the same one', async () => {
    const wish = { scope: [], resource: [], grant: tokenExchange({ subjectToken: 'ada' }) }
    expect(await selectOf({ clientSecret: 'newer' })(wish)).toEqual(await selectOf()(wish))
  })

  test('another account of a server that signs people in is another one', async () => {
    const login = (domain: string | undefined) => signIn({ username: 'ada', password: 'secret', domain })
    const options = { profile: portsip({ host: 'pbx.example.com' }), grant: login('a') }
    const select = selector(readSettings(options))
    const of = async (domain?: string) => await select({ scope: [], resource: [], grant: login(domain) })
    const keys = await Promise.all([of('a'), of('b'), of(), of('a')])
    expect(new Set(keys.map(({ key }) => key)).size).toBe(3)
  })

  test('holds no credential', async () => {
    const grants = [
      tokenExchange({ subjectToken: 'planted-1', actorToken: 'planted-2' }),
      jwtBearer({ assertion: 'planted-3' }),
      jwtBearer({ key, issuer: 'service', subject: 'planted-4' }),
      password({ username: 'ada', password: 'planted-5' }),
      refreshToken('planted-6'),
      deviceCode({ show: () => undefined, identity: 'planted-7' }),
      jwtBearer({ assertion: () => 'jwt', identity: 'planted-8' }),
      jwtBearer({ key, issuer: 'service', subject: 'ada', claims: { x: 'planted-9' } }),
    ]
    for (const grant of grants) {
      expect(JSON.stringify(await selectOf()({ scope: [], resource: [], grant }))).not.toContain('planted')
    }
  })

  test('the digest of a grant is made once, whatever is asked for with it', async () => {
    let read = 0
    const grant: Grant = { ...clientCredentials(), identity: () => [`${++read}`] }
    const select = selectOf()
    const keys = await Promise.all(['a', 'b', 'c'].map((scope) => select({ scope: [scope], resource: [], grant })))
    expect(new Set(keys.map(({ credential }) => credential)).size).toBe(1)
    expect(read).toBe(1)
  })
})
