import { describe, expect, test } from 'vitest'
import { defineScopes } from '../../src/scopes/catalogue.js'
import { clientCertificates } from '../../src/verifier/certificate.js'
import { dpopProofs } from '../../src/verifier/dpop.js'
import { protectedResource } from '../../src/verifier/resource-metadata.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf } from './support/refused.js'
import { audience, createSigner, issuer } from './support/tokens.js'

const { jwk } = await createSigner('ES256')
const jwks = { keys: [jwk] }
const resource = 'https://api.example.test'

function verifierWith(options: Partial<VerifierOptions> = {}) {
  return createVerifier({ issuer, audience, jwks, resource: protectedResource(resource), ...options })
}

describe('the metadata of a protected resource (RFC 9728)', () => {
  test.for([
    ['https://api.example.test', '/.well-known/oauth-protected-resource'],
    ['https://api.example.test/', '/.well-known/oauth-protected-resource'],
    ['https://api.example.test/v1', '/.well-known/oauth-protected-resource/v1'],
    ['https://api.example.test/v1/', '/.well-known/oauth-protected-resource/v1/'],
    ['https://api.example.test/v1?tenant=a', '/.well-known/oauth-protected-resource/v1?tenant=a'],
    ['https://api.example.test:8443/v1', '/.well-known/oauth-protected-resource/v1'],
  ] as const)('of %s stand at %s', ([identifier, where]) => {
    const { url, path, document } = verifierWith({ resource: protectedResource(identifier) }).metadata()
    expect(url).toBe(new URL(where, identifier).href)
    expect(path).toBe(where.replace(/\?.*/, ''))
    expect(document.resource).toBe(identifier)
  })

  test('say the least that is known', () => {
    expect(verifierWith().metadata().document).toEqual({
      resource,
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
    })
  })

  test('say everything that is configured', () => {
    const verifier = createVerifier({
      issuers: [
        { issuer, jwks },
        { issuer: 'https://other.example.test', jwks },
        { issuer: 'a server that is no URL', jwks },
      ],
      audience,
      resource: protectedResource(resource),
      scopes: defineScopes({ read: 'Read', write: 'Write' }),
      dpop: dpopProofs({ origin: resource, algorithms: ['ES256'], required: true }),
      mtls: clientCertificates(() => undefined),
    })
    expect(verifier.metadata({ resource_name: 'Accounts' }).document).toEqual({
      resource,
      resource_name: 'Accounts',
      authorization_servers: [issuer, 'https://other.example.test'],
      bearer_methods_supported: ['header'],
      scopes_supported: ['read', 'write'],
      tls_client_certificate_bound_access_tokens: true,
      dpop_signing_alg_values_supported: ['ES256'],
      dpop_bound_access_tokens_required: true,
    })
  })

  test('take the word of the API for everything but its identifier', () => {
    const { document } = verifierWith().metadata({ authorization_servers: [], resource: 'https://evil.example' })
    expect(document).toMatchObject({ authorization_servers: [], resource })
  })

  test('are a whole answer', async () => {
    const { status, headers, body, document, toResponse } = verifierWith().metadata()
    const response = toResponse()
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json'])
    expect(headers.map(([name]) => name)).toEqual(['content-type', 'cache-control'])
    expect(await response.text()).toBe(body)
    expect(JSON.parse(body)).toEqual(document)
  })

  test('are named in every challenge, unless another place is', async () => {
    const url = 'https://api.example.test/.well-known/oauth-protected-resource/v1'
    const named = async (options: Partial<VerifierOptions>): Promise<unknown> => {
      const own = { resource: protectedResource(`${resource}/v1`), dpop: dpopProofs({ origin: resource }) }
      const verifier = verifierWith({ ...own, ...options })
      const { challenges } = await refusalOf(verifier.authenticate(new Request(resource)))
      return challenges.map(({ params }) => params.resource_metadata)
    }
    expect(await named({})).toEqual([url, url])
    const elsewhere = 'https://api.example.test/elsewhere'
    expect(await named({ resourceMetadata: elsewhere })).toEqual([elsewhere, elsewhere])
  })

  test.for([resource, null, {}])('come of no %j', (bare) => {
    expect(() => verifierWith(JSON.parse(JSON.stringify({ resource: bare })))).toThrow(
      /^resource is what protectedResource\(/,
    )
  })

  test('need an identifier', () => {
    expect(() => createVerifier({ issuer, audience, jwks }).metadata()).toThrow(/needs the option resource/)
  })

  test.for([
    '',
    'api',
    '/v1',
    'http://api.example.test',
    'https://user@api.example.test',
    'https://a.test/#b',
    1,
    null,
  ])('are not made for %j', (identifier) => {
    expect(() => protectedResource(JSON.parse(JSON.stringify(identifier)))).toThrow(TypeError)
  })
})
