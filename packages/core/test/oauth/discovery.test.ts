import { describe, expect, test } from 'vitest'
import { createDiscovery, discover, MetadataError } from '../../src/oauth/discovery.js'
import { endpointOf } from '../../src/oauth/metadata.js'
import { errorOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { type Handler, json, serve, unreachableOrigin } from '../support/local-server.js'

/** An issuer at a path, whose metadata stand where one of the two specifications puts them. */
async function issuerAt(path: string, wellKnown: string, metadata: (issuer: string) => unknown) {
  const server = await serve((request, response) =>
    request.path === wellKnown ? json(response, metadata(server.origin + path)) : json(response, {}, 404),
  )
  return server
}

const endpoints = (issuer: string) => ({
  issuer,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  introspection_endpoint: `${issuer}/introspect`,
  revocation_endpoint: `${issuer}/revoke`,
  mtls_endpoint_aliases: { introspection_endpoint: `${issuer}/mtls` },
})

describe('finds metadata', () => {
  test.for<readonly [path: string, wellKnown: string]>([
    ['', '/.well-known/openid-configuration'],
    ['', '/.well-known/oauth-authorization-server'],
    ['/tenant', '/tenant/.well-known/openid-configuration'],
    ['/tenant', '/.well-known/oauth-authorization-server/tenant'],
    ['/tenant/', '/tenant/.well-known/openid-configuration'],
    ['//tenant', '//tenant/.well-known/openid-configuration'],
  ])("of an issuer at '%s' at %s", async ([path, wellKnown]) => {
    await using server = await issuerAt(path, wellKnown, endpoints)
    const issuer = server.origin + path
    const metadata = await discover(issuer)
    expect(metadata.issuer).toBe(issuer)
    expect(endpointOf(metadata, 'jwks_uri')?.href).toBe(`${issuer}/jwks`)
    expect(endpointOf(metadata, 'introspection_endpoint', 'client_secret_post')?.href).toBe(`${issuer}/introspect`)
    expect(endpointOf(metadata, 'introspection_endpoint', 'tls_client_auth')?.href).toBe(`${issuer}/mtls`)
    expect(endpointOf(metadata, 'userinfo_endpoint')).toBeUndefined()
  })

  test.for([{}, '', 'http://169.254.169.254/latest', null])(
    'whose place for something nobody here does is %j',
    async (registration_endpoint) => {
      await using server = await serve((_, response) =>
        json(response, { ...endpoints(server.origin), registration_endpoint }),
      )
      expect(endpointOf(await discover(server.origin), 'token_endpoint')?.href).toBe(`${server.origin}/token`)
    },
  )

  test('behind a redirect to a page to log in at', async () => {
    await using server = await serve((request, response) =>
      request.path.includes('oauth-authorization-server')
        ? json(response, { issuer: server.origin })
        : void response.writeHead(302, { location: '/login' }).end(),
    )
    expect(await discover(server.origin)).toMatchObject({ issuer: server.origin })
    expect(server.requests.map(({ path }) => path)).not.toContain('/login')
  })

  test('behind a page that answers every path', async () => {
    await using server = await serve((request, response) =>
      request.path.includes('oauth-authorization-server')
        ? json(response, { issuer: server.origin })
        : void response.end('<html>'),
    )
    expect(await discover(server.origin)).toEqual({ issuer: server.origin })
  })
})

describe('refuses', () => {
  test.for<readonly [id: string, change: (issuer: string) => unknown]>([
    ['M-m_issuer', (issuer) => ({ ...endpoints(issuer), issuer: 'https://other.example' })],
    ['M-m_issslash', (issuer) => ({ ...endpoints(issuer), issuer: `${issuer}/` })],
    ['M-m_isscase', (issuer) => ({ ...endpoints(issuer), issuer: issuer.replace('http', 'HTTP') })],
    ['M-m_noissuer', (issuer) => ({ ...endpoints(issuer), issuer: undefined })],
    ['M-m_issnum', (issuer) => ({ ...endpoints(issuer), issuer: 1 })],
    ['M-m_jwksfile', (issuer) => ({ ...endpoints(issuer), jwks_uri: 'file:///etc/passwd' })],
    ['M-m_jwksdata', (issuer) => ({ ...endpoints(issuer), jwks_uri: 'data:application/json,{}' })],
    ['M-m_jwksmeta', (issuer) => ({ ...endpoints(issuer), jwks_uri: 'http://169.254.169.254/latest' })],
    ['M-m_tokenobj', (issuer) => ({ ...endpoints(issuer), token_endpoint: { url: 'https://as.example.com' } })],
    ['M-m_creds', (issuer) => ({ ...endpoints(issuer), token_endpoint: 'https://user:pass@as.example.com/token' })],
    [
      'M-m_creds in an alias',
      (issuer) => ({ ...endpoints(issuer), mtls_endpoint_aliases: { token_endpoint: 'https://u:p@as.example.com' } }),
    ],
    ['M-m_proto', () => JSON.parse('{"__proto__":{"issuer":"x"}}')],
    ['an array', () => []],
  ])('%s', async ([, change]) => {
    await using server = await issuerAt('', '/.well-known/openid-configuration', change)
    expect(await errorOf(discover(server.origin))).toBeInstanceOf(MetadataError)
    expect(Object.prototype).not.toHaveProperty('issuer')
  })

  test('M-m_jwkshttp: http endpoints of an https issuer, loopback or not', async () => {
    const issuer = 'https://as.example.com'
    const fetch = async () => Response.json({ issuer, jwks_uri: 'http://127.0.0.1/jwks' })
    expect(await errorOf(discover(issuer, { fetch }))).toMatchObject({
      name: 'MetadataError',
      message: 'jwks_uri of the metadata is not a usable https URL',
    })
  })

  test.for<readonly [id: string, code: string, handler: Handler]>([
    ['F-redir', 'redirect_refused', (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['F-huge', 'response_too_large', (_, response) => void response.end(' '.repeat(600 * 1024))],
    ['F-hang', 'timeout', () => undefined],
  ])('%s: %s', async ([, code, handler]) => {
    await using server = await serve(handler)
    expect(await errorOf(discover(server.origin, { timeout: code === 'timeout' ? 0.1 : 5 }))).toMatchObject({ code })
  })

  test('a 503, with its status', async () => {
    await using server = await serve((_, response) => void response.writeHead(503).end())
    expect(await errorOf(discover(server.origin))).toMatchObject({ name: 'MetadataError', status: 503 })
    expect(server.requests.length).toBe(1)
  })

  test.for(['http://as.example.com', 'https://as.example.com?a=b', 'https://as.example.com#a', 'as.example.com'])(
    '%s is no issuer',
    async (issuer) => {
      expect(await errorOf(discover(issuer))).toBeInstanceOf(TypeError)
    },
  )
})

describe('createDiscovery', () => {
  test('asks once for all who wait, and not again', async () => {
    await using server = await issuerAt('', '/.well-known/openid-configuration', endpoints)
    const metadata = createDiscovery(server.origin)
    const found = await Promise.all(Array.from({ length: 20 }, () => metadata()))
    expect(new Set([...found, await metadata()]).size).toBe(1)
    expect(server.requests.length).toBe(1)
  })

  test('does not keep a failure', async () => {
    await using server = await serve((_, response) => void response.writeHead(503).end())
    const metadata = createDiscovery(server.origin)
    await errorOf(metadata())
    server.handler = (_, response) => json(response, endpoints(server.origin))
    expect(await metadata()).toMatchObject({ issuer: server.origin })
  })

  test.for<readonly [string, Handler]>([
    ['a 500', (_, response) => void response.writeHead(500).end()],
    ['a 429', (_, response) => void response.writeHead(429).end()],
    ['a broken connection', (_, response) => void response.destroy()],
  ])('%s leaves metadata that are out of date in service, and is asked again a minute later', async ([, fault]) => {
    await using server = await issuerAt('', '/.well-known/openid-configuration', endpoints)
    const { now, advance } = testClock()
    const metadata = createDiscovery(server.origin, { now })
    const first = await metadata()
    server.handler = fault
    advance(3600)
    expect(await metadata()).toBe(first)
    advance(59)
    expect(await metadata()).toBe(first)
    expect(server.requests.length).toBe(2)
    server.handler = (_, response) => json(response, endpoints(server.origin))
    advance(1)
    expect(await metadata()).not.toBe(first)
    expect(server.requests.length).toBe(3)
  })

  test('metadata that became those of another issuer are an error, however good the old ones were', async () => {
    await using server = await issuerAt('', '/.well-known/openid-configuration', endpoints)
    const { now, advance } = testClock()
    const metadata = createDiscovery(server.origin, { now })
    await metadata()
    server.handler = (_, response) => json(response, endpoints('https://other.example'))
    advance(3600)
    expect(await errorOf(metadata())).toBeInstanceOf(MetadataError)
  })

  test('a clock that was set back makes nothing new', async () => {
    await using server = await issuerAt('', '/.well-known/openid-configuration', endpoints)
    const { now, advance } = testClock()
    const metadata = createDiscovery(server.origin, { now })
    await metadata()
    advance(-1)
    await metadata()
    expect(server.requests.length).toBe(2)
  })

  test('refuses what is no issuer at once', () => {
    expect(() => createDiscovery('http://as.example.com')).toThrow(TypeError)
  })

  test('an issuer nobody listens at', async () => {
    expect(await errorOf(createDiscovery(await unreachableOrigin())())).toMatchObject({
      code: 'network_error',
      sent: false,
    })
  })
})
