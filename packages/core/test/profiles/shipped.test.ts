import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { createTokenClient } from '../../src/client/token-client.js'
import { decodeTokenAnswer } from '../../src/profiles/decode.js'
import * as list from '../../src/profiles/index.js'
import type { Profile } from '../../src/profiles/profile.js'
import { resolveProfile } from '../../src/profiles/resolve.js'
import { checkProfile } from '../../src/profiles/validate.js'
import { introspect } from '../../src/verifier/introspect.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { errorOf } from '../support/client.js'
import { type Handler, json, type LocalServer, type Received, serve } from '../support/local-server.js'
import { profileJsonSchema } from '../support/profile-json-schema.js'
import { verdictOf } from '../verifier/support/refused.js'
import { createSigner } from '../verifier/support/tokens.js'
import {
  type AnswerFixture,
  type JwtFixture,
  type JwtVariant,
  now,
  type OpaqueFixture,
  type ProfileFixture,
  type RevocationFixture,
} from './shipped/fixture.js'

/** What the list has beside profiles. */
const tools = ['defineProfile', 'parseProfile']
const names = Object.keys(list).filter((name) => !tools.includes(name))
const shipped = await Promise.all(names.map(async (name) => ({ name, fixture: await fixtureOf(name) })))
const origin = 'https://as.example.com'
const accepts = new Ajv({ strictTypes: false }).compile(profileJsonSchema())

/** A profile has its fixture in a file of its own name. */
async function fixtureOf(name: string): Promise<ProfileFixture> {
  const file = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const { fixture } = await import(`./shipped/${file}.ts`)
  return fixture
}

/** A grant no token client goes by: it begins with a person in front of a browser. */
const elsewhere = ['authorization_code']

describe.for(shipped)('$name', ({ name, fixture }) => {
  const profile = fixture.profile(origin)

  test('survives JSON, is a profile still, and frozen to the ground', () => {
    const copy: unknown = JSON.parse(JSON.stringify(profile))
    expect(copy).toEqual(profile)
    expect(resolveProfile(checkProfile(copy))).toEqual(profile)
    expect(accepts(copy)).toBe(true)
    expect(profile.name).toBe(name)
    expect(thawed(profile, name)).toEqual([])
  })

  test('sends everything to the one server', () => {
    const urls = JSON.stringify({ ...profile, variables: {} }).match(/https?:[^"]*/g) ?? []
    expect(urls).toEqual([])
  })

  test('has a fixture for all it can do', () => {
    const grants = Object.keys(profile.grants).filter((grant) => !elsewhere.includes(grant))
    expect(fixture.requests.map(({ grant }) => String(grant))).toEqual(expect.arrayContaining(grants))
    expect(fixture.answers.length).toBeGreaterThan(0)
    expect(fixture.errors.length).toBeGreaterThan(0)
    expect(fixture.revocation !== undefined).toBe(typeof profile.revoke === 'object')
  })

  test.for(fixture.requests)('sends $grant to $path', async (request) => {
    const { before, answer = fixture.answers[0]?.body, status } = request
    const requests = before === undefined ? [request] : [before, request]
    await using server = await serving(fixture, (_, response, index) =>
      index === requests.length - 1 ? json(response, answer, status) : json(response, before?.answer),
    )
    const options = request.client(server.origin)
    const client = createTokenClient({ profile: fixture.profile(server.origin), now: () => now * 1000, ...options })
    expect(await client.getToken()).toMatchObject(request.token ?? {})
    expect(server.asked().map(wire)).toEqual(requests.map(expected))
  })

  test.for(fixture.answers)('reads $what', async (answer) => {
    expect(await decode(profile, answer)).toMatchObject(answer.read)
  })

  test.for(fixture.errors)('tells $what', async ({ status, body, error }) => {
    expect(await errorOf(decode(profile, { status, body }))).toMatchObject({
      name: 'TokenRequestError',
      status,
      ...error,
    })
  })

  const { revocation, tokens } = fixture
  if (revocation !== undefined) revokes(fixture, revocation)
  if (tokens === undefined) {
    test('says that its tokens cannot be verified without introspection', () => {
      const create = () => createVerifier({ profile, issuer: origin, audience: origin })
      expect(create).toThrow(/introspection is needed/)
    })
  } else if ('claims' in tokens) {
    verifiesJwts(fixture, tokens)
  } else {
    asksAbout(fixture, tokens)
  }
})

/** The server of a fixture, which tells about itself where it does; that is not counted. */
async function serving({ metadata }: ProfileFixture, handler: Handler) {
  const isAboutItself = ({ path }: Received): boolean =>
    metadata !== undefined && /\/\.well-known\/(openid-configuration|oauth-authorization-server)/.test(path)
  const asked = () => server.requests.filter((request) => !isAboutItself(request))
  const server = await serve((request, response) =>
    isAboutItself(request) ? json(response, metadata?.(server.origin)) : handler(request, response, asked().length - 1),
  )
  return Object.assign(server, { asked })
}

function revokes(fixture: ProfileFixture, revocation: RevocationFixture): void {
  const { client: options, issued, issuedStatus, requests, status, reply = {} } = revocation
  test('revokes', async () => {
    await using server = await serving(fixture, (_, response, index) =>
      index === 0 ? json(response, issued, issuedStatus) : json(response, reply, status),
    )
    const profile = fixture.profile(server.origin)
    const client = createTokenClient({ profile, now: () => now * 1000, ...options(server.origin) })
    await client.getToken()
    await client.revoke()
    expect(server.asked().slice(1).map(wire)).toEqual(requests.map(expected))
  })
}

function verifiesJwts(fixture: ProfileFixture, tokens: JwtFixture): void {
  const { alsoGood = () => [], refused, verified } = tokens

  test('verifies a token of its shape', async () => {
    await using t = await issuing(fixture, tokens)
    expect(await t.verify({ what: 'the token itself' })).toMatchObject(verified)
  })

  test.for(alsoGood(origin).map(({ what }, index) => ({ what, index })))('accepts $what', async ({ index }) => {
    await using t = await issuing(fixture, tokens)
    const variant = alsoGood(t.origin)[index] ?? { what: '' }
    expect(await t.verify(variant)).toMatchObject(variant.verified ?? {})
  })

  test.for(refused(origin).map(({ what }, index) => ({ what, index })))('refuses $what', async ({ index }) => {
    await using t = await issuing(fixture, tokens)
    expect(await verdictOf(t.verify(refused(t.origin)[index] ?? { what: '' }))).toBe('invalid_token')
  })
}

/** The server of a fixture, which publishes keys and signs. */
async function issuing(fixture: ProfileFixture, tokens: JwtFixture) {
  const plain = await createSigner('RS256')
  const server = await serving(fixture, ({ path }, response) => {
    const key = { ...plain.jwk, ...tokens.key?.(server.origin, path) }
    json(response, { keys: [key] }, [tokens.jwks].flat().includes(path) ? 200 : 404)
  })
  const verifier = createVerifier({
    profile: fixture.profile(server.origin),
    audience: tokens.audience,
    now: () => now * 1000,
    ...tokens.options?.(server.origin),
  })
  return {
    origin: server.origin,
    verify: async ({ claims, header }: JwtVariant) => {
      const all = { iat: now, exp: now + 300, ...tokens.claims(server.origin), ...claims }
      return await verifier.verify(await plain.sign(all, { typ: 'JWT', ...tokens.header, ...header }))
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

function asksAbout(fixture: ProfileFixture, tokens: OpaqueFixture): void {
  const verifierOf = (server: LocalServer) =>
    createVerifier({
      profile: fixture.profile(server.origin),
      issuer: server.origin,
      audience: tokens.audience,
      now: () => now * 1000,
      introspection: introspect(tokens.introspect),
      ...tokens.options?.(server.origin),
    })

  test('asks about a token', async () => {
    await using server = await serve((_, response) => json(response, tokens.answer))
    const headers = { authorization: `Bearer ${tokens.token}` }
    expect(await verifierOf(server).authenticate({ headers })).toMatchObject(tokens.verified)
    expect(server.requests.map(wire)).toEqual([expected(tokens.request)])
  })

  test.for(tokens.refused)('refuses a token of which the server says $what', async ({ status, answer }) => {
    await using server = await serve((_, response) => json(response, answer, status))
    expect(await verdictOf(verifierOf(server).verify(tokens.token))).toBe('invalid_token')
  })
}

async function decode(profile: Profile, given: Partial<AnswerFixture>) {
  const { grant = profile.defaultGrant, status = 200, at = now, body } = given
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = { status, headers: new Headers(), body: new TextEncoder().encode(text) }
  return decodeTokenAnswer(profile, profile.grants[grant] ?? { url: '' }, answer, { secrets: [], now: at, dpop: false })
}

/** Headers that every HTTP client adds, whatever it sends. */
const added = ['host', 'connection', 'content-length', 'user-agent', 'sec-fetch-mode', 'accept-encoding']

function wire({ method, path, headers, body }: Received): object {
  const own = Object.entries(headers).filter(([name, value]) => {
    return !added.includes(name) && !(name === 'accept-language' && value === '*')
  })
  return { method, path, headers: Object.fromEntries(own), body }
}

function expected({
  method = 'POST',
  path,
  headers,
  body,
}: Omit<ProfileFixture['requests'][number], 'grant' | 'client'>) {
  return {
    method,
    path,
    headers: headers ?? { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: typeof body === 'string' ? body : String(new URLSearchParams(body.map(([name, value]) => [name, value]))),
  }
}

/** Where a value is not frozen. */
function thawed(value: unknown, at: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).flatMap(([name, each]) => thawed(each, `${at}.${name}`))
  return Object.isFrozen(value) ? inside : [at, ...inside]
}
