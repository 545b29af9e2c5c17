import { BearerError } from '@auth/core'
import { type AuthorizationServer, type Doorway, startAuthorizationServer } from '@auth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profileNames } from '../src/mappings.js'
import { scopes } from '../src/scopes.js'
import { type Environment, verifierFrom } from '../src/verifier.js'

const complete: Environment = {
  AUTH_PROFILE: 'passport',
  AUTH_ISSUER: 'https://as.example.test',
  AUTH_AUDIENCE: 'https://api.example.test',
  AUTH_CLIENT_ID: 'accounts-api',
  AUTH_CLIENT_SECRET: 'planted-secret',
}

const reads = scopes.names.filter((name) => name.endsWith(':read'))

function environmentOf({
  name,
  issuer,
  audience,
  jwksUri,
  introspectionEndpoint,
  resourceServer,
}: Doorway): Environment {
  return {
    AUTH_PROFILE: name,
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    AUTH_JWKS_URI: jwksUri,
    AUTH_INTROSPECTION_ENDPOINT: introspectionEndpoint,
    AUTH_CLIENT_ID: resourceServer.clientId,
    AUTH_CLIENT_SECRET: resourceServer.clientSecret,
  }
}

let server: AuthorizationServer

beforeAll(async () => {
  server = await startAuthorizationServer()
})

afterAll(() => server.close())

describe('the environment', () => {
  test.for<[Environment, string]>([
    [{ AUTH_ISSUER: undefined }, 'AUTH_ISSUER is not set; expected https://as.example.com for instance'],
    [{ AUTH_AUDIENCE: ' ' }, 'AUTH_AUDIENCE is not set; expected https://api.example.com for instance'],
    [{ AUTH_CLIENT_ID: '' }, 'AUTH_CLIENT_ID is not set; expected accounts-api for instance'],
    [{ AUTH_CLIENT_SECRET: '' }, 'AUTH_CLIENT_SECRET is not set; expected the secret of that client for instance'],
    [{ AUTH_PROFILE: 'constructor' }, 'AUTH_PROFILE is one of portx, portsip, passport, basicForm, aritma'],
  ])('with %j: %s', ([change, message]) => {
    expect(() => verifierFrom({ ...complete, ...change })).toThrow(new TypeError(message))
  })

  test('is enough for JWTs with an issuer and an audience, and means PortX', () => {
    const { AUTH_ISSUER, AUTH_AUDIENCE } = complete
    expect(verifierFrom({ AUTH_ISSUER, AUTH_AUDIENCE }).scopes).toBe(scopes)
  })
})

describe.for([
  // What each server grants, and what of our scopes that is.
  ['portx', { scope: 'accounts:read cards:write loans:read' }, ['accounts:read', 'cards:write']],
  ['portx', { scope: '' }, []],
  ['portsip', { role: 'admin' }, scopes.names],
  ['portsip', { role: 'user' }, ['accounts:read', 'transactions:read']],
  ['portsip', { role: 'guest', scope: 'accounts:write' }, []],
  ['passport', { scope: 'orca.accounts.list.get orca.cards.create.post' }, ['accounts:read', 'cards:write']],
  ['passport', { scope: 'orca.parties.*' }, ['parties:read', 'parties:write']],
  ['passport', { scope: '* orca.* accounts:read' }, scopes.names],
  ['passport', { scope: '* accounts.* accounts:read' }, []],
  ['basicForm', { scope: 'accounts:write' }, reads],
  ['aritma', { scope: 'bankservice' }, reads],
  ['aritma', { scope: 'accounts:write' }, []],
] as const)('%s with %j', ([profile, granted, expected]) => {
  test(`may ${expected.join(', ') || 'nothing'}`, async () => {
    const doorway = server.doorways[profile]
    const verifier = verifierFrom(environmentOf(doorway))
    const token = await verifier.verify(await doorway.issue(granted))
    expect(new Set(token.scopes)).toEqual(new Set<string>(expected))
  })
})

test.for(profileNames)('%s: keys and introspection are found by discovery where no URL is given', async (profile) => {
  const doorway = server.doorways[profile]
  const { AUTH_JWKS_URI, AUTH_INTROSPECTION_ENDPOINT, ...env } = environmentOf(doorway)
  const { issuer } = await verifierFrom(env).verify(await doorway.issue())
  expect(issuer).toBe(doorway.issuer)
})

test('a token of another issuer is refused', async () => {
  const verifier = verifierFrom(environmentOf(server.doorways.portx))
  const token = await server.doorways.basicForm.issue({ scope: 'accounts:read' })
  await expect(verifier.verify(token)).rejects.toThrow(BearerError)
})

test('several audiences may be given', async () => {
  const doorway = server.doorways.portx
  const env = { ...environmentOf(doorway), AUTH_AUDIENCE: 'https://one.example.test, https://two.example.test' }
  const token = await doorway.issue({ audience: 'https://two.example.test' })
  expect((await verifierFrom(env).verify(token)).claims.aud).toBe('https://two.example.test')
})
