import fc from 'fast-check'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { dpop } from '../../src/client/dpop.js'
import type { Grant } from '../../src/client/grants/grant.js'
import { jwtBearer } from '../../src/client/grants/jwt-bearer.js'
import { clientCredentials, password, refreshToken, signIn } from '../../src/client/grants/standard.js'
import { tokenExchange } from '../../src/client/grants/token-exchange.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { Selection } from '../../src/client/selection.js'
import { readSettings } from '../../src/client/settings.js'
import { portsip } from '../../src/profiles/portsip.js'

// The same cases each time: a test that fails must fail again.
const config = { seed: 7521, numRuns: 200 } as const

const { privateKey: key } = await generateKeyPair('ES256')

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
  signed.map<Make>((options) => [
    ['signed', { ...options, claims: sorted(options.claims) }],
    () => jwtBearer({ key, ...options, claims: reversed(options.claims) }),
  ]),
)

const set = fc.array(text, { maxLength: 3 })
const asked = fc.record({ scope: set, resource: fc.array(uri, { maxLength: 2 }), grant })

function sorted(object: object): unknown {
  return Object.entries(object)
    .map(([name, value]) => [name, typeof value === 'object' ? sorted(value) : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function reversed(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).reverse())
}

interface Wish {
  readonly scope: readonly string[]
  readonly resource: readonly string[]
  readonly grant: Make
}

function meaningOf({ scope, resource, grant: [meaning] }: Wish): string {
  const unordered = (values: readonly string[]) => [...new Set(values)].sort((a, b) => (a < b ? -1 : 1))
  return JSON.stringify([unordered(scope), unordered(resource), meaning])
}

const plain: TokenClientOptions = { tokenEndpoint: 'https://as.example/token', clientId: 'id', clientSecret: 'secret' }

function selectionOf(options: Partial<TokenClientOptions> = {}): Selection {
  return new Selection(readSettings({ ...plain, ...options }))
}

describe('the key of a token', () => {
  test('two requests share it exactly when they ask for the same on behalf of the same', async () => {
    await fc.assert(
      fc.asyncProperty(asked, asked, async (one, other) => {
        const [first, second] = await Promise.all(
          [one, other].map(({ grant: [, make], ...rest }) => selectionOf().of({ ...rest, grant: make() })),
        )
        expect(first?.key === second?.key).toBe(meaningOf(one) === meaningOf(other))
        const sameCredential = JSON.stringify(one.grant[0]) === JSON.stringify(other.grant[0])
        expect(first?.credential === second?.credential).toBe(sameCredential)
      }),
      config,
    )
  })

  test('order, duplicates, and what changes from attempt to attempt say nothing', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ scope, resource, grant: [, make] }) => {
        const selection = selectionOf()
        const one = make()
        const before = await selection.of({ scope, resource, grant: one })
        await one.parameters({ tokenEndpoint: new URL('https://as.example/token'), clientId: 'id', now: Date.now })
        const shuffled = { scope: [...scope, ...scope].reverse(), resource: [...resource, ...resource].reverse() }
        expect(await selection.of({ ...shuffled, grant: one })).toEqual(before)
        expect(await selectionOf().of({ ...shuffled, grant: make() })).toEqual(before)
      }),
      config,
    )
  })

  test.for<readonly [string, Partial<TokenClientOptions>]>([
    ['token endpoint', { tokenEndpoint: 'https://as.example/other' }],
    ['client', { clientId: 'other' }],
    ['audience', { audience: 'api' }],
    ['parameter', { parameters: { tenant: 'blue' } }],
  ])('another %s is another one', async ([, options]) => {
    const wish = { scope: [], resource: [], grant: tokenExchange({ subjectToken: 'ada' }) }
    expect((await selectionOf(options).of(wish)).key).not.toBe((await selectionOf().of(wish)).key)
  })

  test('another key of DPoP proofs is another one, and the same key the same one', async () => {
    const wish = { scope: [], resource: [], grant: clientCredentials() }
    const jwk = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
    const of = async (options?: Partial<TokenClientOptions>) => (await selectionOf(options).of(wish)).key
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
    expect(await selectionOf({ clientSecret: 'newer' }).of(wish)).toEqual(await selectionOf().of(wish))
  })

  test('another account of a server that signs people in is another one', async () => {
    const login = (domain: string | undefined) => signIn({ username: 'ada', password: 'secret', domain })
    const options = { profile: portsip({ host: 'pbx.example.com' }), grant: login('a') }
    const selection = new Selection(readSettings(options))
    const of = async (domain?: string) => await selection.of({ scope: [], resource: [], grant: login(domain) })
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
    ]
    for (const grant of grants) {
      expect(JSON.stringify(await selectionOf().of({ scope: [], resource: [], grant }))).not.toContain('planted')
    }
  })

  test('the digest of a grant is made once, whatever is asked for with it', async () => {
    let read = 0
    const grant: Grant = { ...clientCredentials(), identity: () => [`${++read}`] }
    const selection = selectionOf()
    const keys = await Promise.all(
      ['a', 'b', 'c'].map((scope) => selection.of({ scope: [scope], resource: [], grant })),
    )
    expect(new Set(keys.map(({ credential }) => credential)).size).toBe(1)
    expect(read).toBe(1)
  })
})
