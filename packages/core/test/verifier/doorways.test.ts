import { type AuthorizationServer, type Doorway, startAuthorizationServer } from '@auth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aritma, basicForm, passport, portsip, portx } from '../../src/profiles/index.js'
import type { Profile } from '../../src/profiles/profile.js'
import { defineScopes } from '../../src/scopes/catalogue.js'
import { introspect } from '../../src/verifier/introspect.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from './support/refused.js'

let server: AuthorizationServer
beforeAll(async () => {
  server = await startAuthorizationServer()
})
afterAll(() => server.close())

const scopes = defineScopes({ 'accounts:read': 'Read accounts', 'accounts:write': 'Write accounts' })

const names = ['portx', 'portsip', 'passport', 'basicForm', 'aritma'] as const
type Name = (typeof names)[number]

const profiles: Readonly<Record<Name, Profile>> = {
  portx: portx(),
  portsip: portsip({ host: 'pbx.example.test' }),
  passport: passport(),
  basicForm: basicForm({ base: 'https://api.example.test' }),
  aritma: aritma(),
}

/** How each of them speaks of this API's scopes. */
const mappings: Readonly<Record<Name, VerifierOptions<'accounts:read' | 'accounts:write'>['scopeMapping']>> = {
  portx: undefined,
  portsip: { from: ['role'], map: { admin: ['accounts:read', 'accounts:write'], user: ['accounts:read'] } },
  passport: {
    map: { 'orca.accounts.list.get': ['accounts:read'], 'orca.accounts.create': ['accounts:write'] },
    wildcard: true,
  },
  basicForm: { always: ['accounts:read', 'accounts:write'] },
  aritma: { map: { bankservice: ['accounts:read', 'accounts:write'] } },
}

function verifierOf(name: Name, over: { readonly audience?: string } = {}) {
  const doorway: Doorway = server.doorways[name]
  const opaque = name === 'portsip' || name === 'passport'
  return createVerifier({
    issuer: doorway.issuer,
    audience: doorway.audience,
    profile: profiles[name],
    introspection: opaque ? introspect({ ...doorway.resourceServer }) : undefined,
    scopeMapping: mappings[name],
    scopes,
    ...over,
  })
}

describe.for(names)('a token of %s', (name) => {
  const doorway = (): Doorway => server.doorways[name]

  test('is accepted, with its scopes in the words of the API', async () => {
    const token = await verifierOf(name).verify(await doorway().issue(), { scopes: 'accounts:write' })
    expect(token.issuer).toBe(doorway().issuer)
    expect(new Set(token.scopes)).toEqual(new Set(scopes.names))
    expect(token.expiresAt).toBeGreaterThan(Date.now() / 1000)
  })

  test.for([
    ['expired', { expiresIn: -60 }],
    ['of another audience', { audience: 'https://other.test' }],
    ['of another issuer', { issuer: 'https://other.test' }],
    ['not valid yet', { notBefore: 600 }],
  ] as const)('that is %s is a 401', async ([, bent]) => {
    expect(await verdictOf(verifierOf(name).verify(await doorway().issue(bent)))).toBe('invalid_token')
  })

  test('for another API is a 401 here', async () => {
    const elsewhere = verifierOf(name, { audience: 'https://elsewhere.test' })
    expect(await verdictOf(elsewhere.verify(await doorway().issue()))).toBe('invalid_token')
  })
})

test.for([
  ['portx', { scope: 'transactions:read' }],
  ['portsip', { role: 'nobody' }],
  ['passport', { scope: 'orca.cards.*' }],
  ['aritma', { scope: 'other' }],
] as const)('a token of %s without the scope is a 403', async ([name, bent]) => {
  const token = await server.doorways[name].issue(bent)
  expect(await refusalOf(verifierOf(name).verify(token, { scopes: 'accounts:read' }))).toMatchObject({ status: 403 })
})

describe('a revoked opaque token', () => {
  test.for(['portsip', 'passport'] as const)('of %s is a 401', async (name) => {
    const token = await server.doorways[name].issue()
    await server.doorways[name].revoke(token)
    expect(await verdictOf(verifierOf(name).verify(token))).toBe('invalid_token')
  })

  test('is no matter of an outage: that is a 503', async () => {
    const token = await server.doorways.portsip.issue()
    server.doorways.portsip.outage('introspection', true, { retryAfter: 9 })
    expect(await refusalOf(verifierOf('portsip').verify(token))).toMatchObject({ status: 503, retryAfter: 9 })
    server.doorways.portsip.outage('introspection', false)
    expect(await verdictOf(verifierOf('portsip').verify(token))).toBe('accepted')
  })
})

describe('a rotation of keys', () => {
  test('gets through at once, and the old key goes with it', async () => {
    const doorway = server.doorways.aritma
    const verifier = verifierOf('aritma')
    const before = await doorway.issue()
    expect(await verdictOf(verifier.verify(before))).toBe('accepted')
    await doorway.rotateKeys({ keep: false })
    expect(await verdictOf(verifier.verify(await doorway.issue()))).toBe('accepted')
    expect(await verdictOf(verifier.verify(before))).toBe('invalid_token')
  })
})

describe('one verifier of all five', () => {
  test('tells them apart, and no mapping applies to another issuer', async () => {
    const at = (name: Name) => ({
      issuer: server.doorways[name].issuer,
      profile: profiles[name],
      scopeMapping: mappings[name],
    })
    const verifier = createVerifier({
      audience: server.audience,
      scopes,
      issuers: [
        at('portx'),
        at('basicForm'),
        at('aritma'),
        { ...at('portsip'), introspection: introspect({ ...server.doorways.portsip.resourceServer }) },
      ],
    })
    for (const name of ['portx', 'basicForm', 'aritma', 'portsip'] as const) {
      expect((await verifier.verify(await server.doorways[name].issue())).issuer).toBe(server.doorways[name].issuer)
    }
    const asIfAritma = await server.doorways.portx.issue({ scope: 'bankservice' })
    expect((await verifier.verify(asIfAritma)).scopes).toEqual([])
    const asIfPortsip = await server.doorways.portx.issue({ scope: '', claims: { role: 'admin' } })
    expect((await verifier.verify(asIfPortsip)).scopes).toEqual([])
    expect(await verdictOf(verifier.verify(await server.doorways.passport.issue()))).toBe('invalid_token')
  })

  test('never shows a JWT to the introspection of the opaque one', async () => {
    const { portsip: opaque, portx: foreign } = server.doorways
    const verifier = verifierOf('portsip')
    const before = opaque.count('introspection')
    expect(await verdictOf(verifier.verify(await foreign.issue()))).toBe('invalid_token')
    expect(opaque.count('introspection')).toBe(before)
  })
})
