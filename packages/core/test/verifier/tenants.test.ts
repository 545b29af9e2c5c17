import { describe, expect, test } from 'vitest'
import { defineProfile } from '../../src/profiles/define.js'
import { allowTenants } from '../../src/verifier/tenants.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { json, startServer } from './support/http.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner } from './support/tokens.js'

const template = 'https://login.example.test/{tenantid}/v2.0'
const issuerOf = (tenant: string) => template.replace('{tenantid}', tenant)
const ours = '11111111-aaaa-4aaa-8aaa-111111111111'
const second = '22222222-bbbb-4bbb-8bbb-222222222222'
const foreign = '33333333-cccc-4ccc-8ccc-333333333333'

const key = await createSigner('ES256', 'k')
const other = await createSigner('ES256', 'o')
const jwks = { keys: [key.jwk] }

const tokenOf = (tenant: string, claims: object = {}) =>
  key.sign(claimsWith({ iss: issuerOf(tenant), tid: tenant, ...claims }))

function verifierWith(options: Partial<VerifierOptions>) {
  const tenants = allowTenants([ours, second])
  return createVerifier({ issuer: template, audience, jwks, tenants, now: clockAt(), ...options })
}

describe('tenants of a list', () => {
  const verifier = verifierWith({})

  test.for([ours, second])('%s is accepted', async (tenant) => {
    expect((await verifier.verify(await tokenOf(tenant))).issuer).toBe(issuerOf(tenant))
  })

  test.for<readonly [string, object]>([
    ['another tenant', { iss: issuerOf(foreign), tid: foreign }],
    ['a tid of another tenant', { tid: second }],
    ['a foreign tid', { tid: foreign }],
    ['no tid', { tid: undefined }],
    ['a list as tid', { tid: [ours] }],
    ['the template itself', { iss: template, tid: '{tenantid}' }],
    ['another case', { iss: issuerOf(ours.toUpperCase()), tid: ours }],
    ['a slash at the end', { iss: `${issuerOf(ours)}/` }],
    ['no version', { iss: issuerOf(ours).replace('/v2.0', '') }],
    ['a path beside the tenant', { iss: issuerOf(`${ours}/x`) }],
    ['another host', { iss: issuerOf(ours).replace('login', 'login2') }],
  ])('%s is refused', async ([, claims]) => {
    expect(await verdictOf(verifier.verify(await tokenOf(ours, claims)))).toBe('invalid_token')
  })

  test('a hole names another claim', async () => {
    const byOrganisation = verifierWith({
      issuer: 'https://{claims.org}.example.test',
      tenants: allowTenants(['acme']),
    })
    const claims = { iss: 'https://acme.example.test', org: 'acme' }
    expect(await verdictOf(byOrganisation.verify(await key.sign(claimsWith(claims))))).toBe('accepted')
    expect(await verdictOf(byOrganisation.verify(await key.sign(claimsWith({ ...claims, org: 'x' }))))).toBe(
      'invalid_token',
    )
  })

  test('a profile knows the issuers of both versions', async () => {
    const profile = defineProfile({
      profile: 1,
      name: 'entra-like',
      variables: { base: 'https://login.example.test' },
      grants: { client_credentials: { url: '{+base}/token' } },
      defaultGrant: 'client_credentials',
      verify: { tokens: 'jwt', issuers: ['{+base}/{claims.tid}/v2.0', 'https://sts.example.test/{claims.tid}/'] },
    })()
    const both = verifierWith({ issuer: undefined, profile })
    expect(await verdictOf(both.verify(await tokenOf(ours)))).toBe('accepted')
    expect(await verdictOf(both.verify(await tokenOf(ours, { iss: `https://sts.example.test/${ours}/` })))).toBe(
      'accepted',
    )
    expect(await verdictOf(both.verify(await tokenOf(ours, { iss: `https://sts.example.test/${second}/` })))).toBe(
      'invalid_token',
    )
  })
})

describe('a key that is limited to an issuer', () => {
  const limitedTo = (issuer: unknown) => verifierWith({ jwks: { keys: [{ ...key.jwk, issuer }, other.jwk] } })

  test.for([
    ['the template', template, 'accepted'],
    ['the tenant', issuerOf(ours), 'accepted'],
    ['another tenant', issuerOf(second), 'invalid_token'],
    ['the first version', 'https://sts.example.test/{tenantid}/', 'invalid_token'],
    ['two holes', 'https://{tenantid}.example.test/{tenantid}/v2.0', 'invalid_token'],
    ['nothing', '', 'invalid_token'],
    ['a wrong type', 7, 'invalid_token'],
  ] as const)('%s', async ([, limit, verdict]) => {
    expect(await verdictOf(limitedTo(limit).verify(await tokenOf(ours)))).toBe(verdict)
  })

  test('serves no configured issuer either that it does not name', async () => {
    const limited = { keys: [{ ...key.jwk, issuer: issuerOf(second) }] }
    const verifier = verifierWith({ issuer: issuerOf(ours), tenants: undefined, jwks: limited })
    expect(await verdictOf(verifier.verify(await tokenOf(ours)))).toBe('invalid_token')
  })
})

describe('what all tenants share', () => {
  test('is fetched once, through metadata that name the template', async () => {
    await using server = await startServer((request, response) => {
      const body =
        request.url === '/keys'
          ? jwks
          : { issuer: template, jwks_uri: `${server.origin.replace('http:', 'https:')}/keys` }
      json(body)(request, response)
    })
    // The issuer is https, so its metadata may name https only: the keys are fetched from the same server all the same.
    const local: typeof fetch = (url, init) => fetch(String(url).replace('https:', 'http:'), init)
    const verifier = verifierWith({ jwks: undefined, metadata: `${server.origin}/common`, fetch: local })
    for (const tenant of [ours, second, ours]) {
      expect(await verdictOf(verifier.verify(await tokenOf(tenant)))).toBe('accepted')
    }
    expect(server.paths).toEqual(['/common', '/keys'])
  })

  test.for([issuerOf(ours), 'https://login.example.test/{tenant}/v2.0', undefined])(
    'metadata of %s are not those',
    async (issuer) => {
      await using server = await startServer((request, response) =>
        json({ issuer, jwks_uri: 'https://login.example.test/keys' })(request, response),
      )
      const verifier = verifierWith({ jwks: undefined, metadata: server.origin })
      expect(await verdictOf(verifier.verify(await tokenOf(ours)))).toBe('temporarily_unavailable')
      expect(server.paths).toEqual(['/'])
    },
  )
})

describe('tenants that a function knows', () => {
  function known(answer: (tenant: string) => unknown, options: Partial<VerifierOptions> = {}) {
    const asked: string[] = []
    const tenants = allowTenants((tenant) => {
      asked.push(tenant)
      return answer(tenant) as boolean
    })
    return { asked, verifier: verifierWith({ tenants, ...options }) }
  }

  test('are asked about once, and told apart', async () => {
    const { asked, verifier } = known((tenant) => tenant === ours)
    for (let i = 0; i < 5; i++) {
      expect(await verdictOf(verifier.verify(await tokenOf(ours, { jti: `${i}` })))).toBe('accepted')
      expect(await verdictOf(verifier.verify(await tokenOf(foreign)))).toBe('invalid_token')
    }
    expect(await verdictOf(verifier.verify(await tokenOf(ours, { tid: foreign })))).toBe('invalid_token')
    expect(asked).toEqual([ours, foreign])
  })

  test.for([
    `${ours}/..`,
    '..',
    '.',
    '',
    'a/b',
    'a%2fb',
    'a?b',
    'a#b',
    'a b',
    'ä',
    '-',
    'x'.repeat(200),
    '{tenantid}',
    'a@b',
    'a:b',
    'a\\b',
  ])('nobody is asked about %s', async (tenant) => {
    const { asked, verifier } = known(() => true)
    expect(await verdictOf(verifier.verify(await tokenOf(tenant)))).toBe('invalid_token')
    expect(asked).toEqual([])
  })

  test('nobody is asked where one slash is both sides of the hole', async () => {
    const { asked, verifier } = known(() => true, { issuer: 'https://login.example.test/{tenantid}/' })
    const iss = 'https://login.example.test/'
    expect(await verdictOf(verifier.verify(await tokenOf(ours, { iss, tid: '' })))).toBe('invalid_token')
    expect(asked).toEqual([])
  })

  test.for<readonly [string, () => unknown]>([
    ['no boolean', () => 'yes'],
    ['nothing', () => undefined],
    [
      'a throw',
      () => {
        throw new Error('database')
      },
    ],
    ['a rejection', () => Promise.reject(new Error('database'))],
  ])('%s is a 503 that tells nothing', async ([, answer]) => {
    const refusal = await refusalOf(known(answer).verifier.verify(await tokenOf(ours)))
    expect(refusal).toMatchObject({ code: 'temporarily_unavailable', retryAfter: 1 })
    expect(JSON.stringify(refusal.answer)).not.toContain('database')
  })
})

describe('createVerifier refuses at once', () => {
  test.for<readonly [string, object, RegExp]>([
    ['a template without tenants', { tenants: undefined }, /has a hole: tenants says/],
    ['tenants without a hole', { issuer: 'https://login.example.test/v2.0' }, /issuer with one hole/],
    ['two holes', { issuer: 'https://{tenantid}.example.test/{tenantid}' }, /issuer with one hole/],
    ['a stray brace', { issuer: 'https://x.test/{tenantid}/{x}' }, /issuer with one hole/],
    ['a bare list', { tenants: [ours] }, /^tenants is what allowTenants\(/],
    ['tenants null', { tenants: null }, /^tenants is what allowTenants\(/],
    ['no keys to share', { jwks: undefined }, /needs jwks or metadata/],
    ['jwks and metadata', { metadata: 'https://x.test' }, /give one of them/],
    ['metadata over http', { jwks: undefined, metadata: 'http://x.test' }, /must be https/],
  ])('%s', ([, options, message]) => {
    expect(() => verifierWith(options)).toThrow(message)
  })
})

describe('allowTenants refuses', () => {
  test.for<readonly [string, unknown, object, RegExp]>([
    ['an empty list', [], {}, /tenants is a list/],
    ['a tenant that is a path', ['a/b'], {}, /tenants is a list/],
    ['a tenant that is dots', ['..'], {}, /tenants is a list/],
    ['nothing', undefined, {}, /tenants is a list/],
    ['a limit of 0', () => true, { maxAge: 0 }, /^maxAge/],
    ['an unknown option', () => true, { lookupMaxAge: 1 }, /^allowTenants has no option 'lookupMaxAge'/],
  ])('%s', ([, tenants, limits, message]) => {
    expect(() => allowTenants(tenants as string[], limits)).toThrow(message)
  })
})
