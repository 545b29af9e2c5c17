import { once } from 'node:events'
import { createServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import { Agent } from 'undici'
import { describe, expect, test } from 'vitest'
import { createTokenClient } from '../../src/client/token-client.js'
import { none, tlsClientAuth } from '../../src/oauth/client-authentication.js'
import { introspect } from '../../src/verifier/introspect.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { createCertificate, type TestCertificate } from '../support/certificates.js'
import { errorOf } from '../support/client.js'
import { json, type LocalServer, serve } from '../support/local-server.js'

const [authority, ours, another] = await Promise.all([
  createCertificate('localhost'),
  createCertificate('my-client'),
  createCertificate('another'),
])

/** What arrived, and from whom. */
interface Arrival {
  readonly path: string
  readonly body: string
  readonly subject: string | undefined
}

/** An authorization server that knows a client by the certificate it shows (RFC 8705 §2.2). */
async function serveTls() {
  const arrivals: Arrival[] = []
  const tls = { key: authority.keyPem, cert: authority.pem, requestCert: true, rejectUnauthorized: false }
  const server = createServer(tls, async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const { url: path = '', socket } = request
    const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
    arrivals.push({ path, body, subject: shown?.subject })
    const known = shown?.raw.equals(ours.der) && new URLSearchParams(body).get('client_id') === 'my-client'
    if (!known) return json(response, { error: 'invalid_client' }, 401)
    json(
      response,
      path === '/introspect'
        ? { active: true, sub: 'ada', client_id: 'my-client', aud: 'api' }
        : { access_token: 'token', token_type: 'Bearer', expires_in: 300 },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    origin: `https://localhost:${typeof address === 'object' ? address?.port : ''}`,
    arrivals,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** `fetch` that shows a certificate, as the README has it. */
function fetchWith(certificate?: TestCertificate): typeof globalThis.fetch {
  const own = certificate === undefined ? {} : { cert: certificate.pem, key: certificate.keyPem }
  const mutualTls = { dispatcher: new Agent({ connect: { ca: authority.pem, ...own } }) }
  return (input, init) => fetch(input, { ...init, ...mutualTls })
}

/** An issuer whose metadata name endpoints of its own, and others for mutual TLS. */
async function serveMetadata(aliases: unknown): Promise<LocalServer> {
  const issuer: LocalServer = await serve((_, response) =>
    json(response, {
      issuer: issuer.origin,
      token_endpoint: `${issuer.origin}/token`,
      revocation_endpoint: `${issuer.origin}/revoke`,
      introspection_endpoint: `${issuer.origin}/introspect`,
      mtls_endpoint_aliases: aliases,
    }),
  )
  return issuer
}

describe('tls_client_auth', () => {
  test('the certificate of the connection proves the id, and nothing else is sent', async () => {
    await using server = await serveTls()
    const client = createTokenClient({
      tokenEndpoint: `${server.origin}/token`,
      clientId: 'my-client',
      clientAuth: tlsClientAuth(),
      fetch: fetchWith(ours),
    })
    expect((await client.getToken()).accessToken).toBe('token')
    expect(server.arrivals).toEqual([
      { path: '/token', body: 'client_id=my-client&grant_type=client_credentials', subject: 'CN=my-client' },
    ])
  })

  test.for([
    ['another certificate', another],
    ['none', undefined],
  ] as const)('with %s the client is refused', async ([, certificate]) => {
    await using server = await serveTls()
    const client = createTokenClient({
      tokenEndpoint: `${server.origin}/token`,
      clientId: 'my-client',
      clientAuth: tlsClientAuth(),
      fetch: fetchWith(certificate),
    })
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'invalid_client', status: 401 })
  })

  test('a server whose own certificate nobody vouches for is sent nothing', async () => {
    await using server = await serveTls()
    const client = createTokenClient({
      tokenEndpoint: `${server.origin}/token`,
      clientId: 'my-client',
      clientAuth: tlsClientAuth(),
    })
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'network_error' })
    expect(server.arrivals).toEqual([])
  })
})

describe('mtls_endpoint_aliases', () => {
  test('are where a client that shows a certificate asks, and revokes', async () => {
    await using server = await serveTls()
    await using issuer = await serveMetadata({
      token_endpoint: `${server.origin}/mtls/token`,
      revocation_endpoint: `${server.origin}/mtls/revoke`,
    })
    const client = createTokenClient({
      issuer: issuer.origin,
      endpointOrigins: [server.origin],
      clientId: 'my-client',
      clientAuth: tlsClientAuth(),
      fetch: fetchWith(ours),
    })
    await client.getToken()
    await client.revoke()
    expect(server.arrivals.map(({ path }) => path)).toEqual(['/mtls/token', '/mtls/revoke'])
    expect(issuer.requests.map(({ path }) => path)).toEqual(['/.well-known/openid-configuration'])
  })

  test('are not for other clients', async () => {
    await using issuer = await serveMetadata({ token_endpoint: 'https://mtls.invalid/token' })
    const client = createTokenClient({ issuer: issuer.origin, clientId: 'my-client', clientAuth: none() })
    await errorOf(client.getToken())
    expect(issuer.requests.at(-1)?.path).toBe('/token')
  })

  test.for([
    ['an origin nobody named', { token_endpoint: 'https://mtls.invalid/token' }],
    ['no URL', { token_endpoint: 'mtls' }],
    ['plain http', { token_endpoint: 'http://mtls.invalid/token' }],
    ['a number', { token_endpoint: 1 }],
  ])('that name %s are refused', async ([, aliases]) => {
    await using issuer = await serveMetadata(aliases)
    const client = createTokenClient({ issuer: issuer.origin, clientId: 'my-client', clientAuth: tlsClientAuth() })
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'invalid_metadata' })
    expect(issuer.requests.map(({ path }) => path)).not.toContain('/token')
  })

  test.for([
    ['are absent', undefined],
    ['are no object', ['x']],
    ['name others', { introspection_endpoint: 'https://mtls.invalid/' }],
  ] as const)('that %s leave the endpoint as it is', async ([, aliases]) => {
    await using issuer = await serveMetadata(aliases)
    const client = createTokenClient({ issuer: issuer.origin, clientId: 'my-client', clientAuth: tlsClientAuth() })
    await errorOf(client.getToken())
    expect(issuer.requests.at(-1)?.path).toBe('/token')
  })

  test('are where an API asks about a token', async () => {
    await using issuer = await serveMetadata(undefined)
    issuer.handler = ({ path }, response) =>
      json(
        response,
        path.endsWith('/introspect')
          ? { active: path === '/mtls/introspect', sub: 'ada', aud: 'api' }
          : {
              issuer: issuer.origin,
              introspection_endpoint: `${issuer.origin}/introspect`,
              mtls_endpoint_aliases: { introspection_endpoint: `${issuer.origin}/mtls/introspect` },
            },
      )
    const verifier = createVerifier({
      issuer: issuer.origin,
      audience: 'api',
      introspection: introspect({ clientId: 'my-api', clientAuth: tlsClientAuth() }),
    })
    expect((await verifier.verify('opaque')).subject).toBe('ada')
  })
})
