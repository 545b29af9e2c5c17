import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import { type DpopOptions, dpop } from '../../src/client/dpop.js'
import { clientCredentials, refreshToken } from '../../src/client/grants/standard.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { BearerError } from '../../src/errors.js'
import { privateKeyJwt } from '../../src/oauth/client-assertion.js'
import { none } from '../../src/oauth/client-authentication.js'
import { dpopProofs } from '../../src/verifier/dpop.js'
import { statelessNonces } from '../../src/verifier/dpop-nonces.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { clientOf, errorOf } from '../support/client.js'
import { type Handler, json, serve, tokenAnswer } from '../support/local-server.js'
import { athOf, proofOf, serveBound } from '../support/proof-server.js'

const audience = 'https://api.example.test/'
const { privateKey, publicKey } = await generateKeyPair('PS256')
const rsa = await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey)
const ok: Handler = (_, response) => json(response, { fine: true })

/** An authorization server that binds tokens, an API, and a client between them. */
async function started(options: TokenClientOptions = {}, api: Handler = ok) {
  const issuer = await serveBound(audience)
  const server = await serve(api)
  const client = clientOf(issuer.origin, { allowedOrigins: [server.origin], dpop: dpop(), ...options })
  const asyncDispose = async () => {
    await issuer[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  }
  return { issuer, server, client, url: `${server.origin}/accounts?from=1#top`, [Symbol.asyncDispose]: asyncDispose }
}

/** Answers 401 and a nonce until the proof holds it. */
function wanting(nonce: () => string | undefined): Handler {
  return async (request, response) => {
    const { claims } = await proofOf(request, `http://${request.headers.host}`)
    if (claims.nonce === nonce()) return json(response, { nonce: claims.nonce, body: request.body })
    const challenge = { 'www-authenticate': 'DPoP realm="api", error="use_dpop_nonce", algs="ES256"' }
    json(response, {}, 401, { ...challenge, 'dpop-nonce': nonce() ?? '' })
  }
}

/** A `fetch` whose next answers arrive at the same moment. */
function arrivingTogether(count: number) {
  let left = 0
  let arrived = (): void => undefined
  let others: Promise<void> = Promise.resolve()
  const begin = (): void => {
    left = count
    others = new Promise((resolve) => {
      arrived = resolve
    })
  }
  const fetch: typeof globalThis.fetch = async (...request) => {
    const isOne = left > 0
    const response = await globalThis.fetch(...request)
    if (isOne && --left === 0) arrived()
    if (isOne) await others
    return response
  }
  return { fetch, begin }
}

describe('a token request', () => {
  test('carries a proof for the token endpoint, and the token is of the type DPoP', async () => {
    await using t = await started()
    const token = await t.client.getToken()
    expect(token.tokenType).toBe('DPoP')
    expect(t.issuer.proofs).toMatchObject([
      { alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256' }, claims: { htm: 'POST', htu: `${t.issuer.origin}/token` } },
    ])
    expect(t.issuer.proofs[0]?.claims).not.toHaveProperty('ath')
    expect(t.issuer.proofs[0]?.jwk).not.toHaveProperty('d')
  })

  test('F-t_dpopnonce: is sent once more with the nonce, which is remembered', async () => {
    await using t = await started()
    t.issuer.nonce = 'first'
    await t.client.getToken()
    expect(t.issuer.proofs.map(({ claims }) => claims.nonce)).toEqual([undefined, 'first'])
    expect(new Set(t.issuer.proofs.map(({ claims }) => claims.jti)).size).toBe(2)
    await t.client.getToken({ scope: 'read' })
    expect(t.issuer.proofs.map(({ claims }) => claims.nonce)).toEqual([undefined, 'first', 'first'])
  })

  test('with a nonce that is too old is sent once more, and with a new client assertion', async () => {
    const clientAuth = privateKeyJwt((await generateKeyPair('ES256')).privateKey)
    await using t = await started({ clientSecret: undefined, clientAuth })
    t.issuer.nonce = 'first'
    await t.client.getToken()
    t.issuer.nonce = 'second'
    await t.client.getToken({ scope: 'read' })
    expect(t.issuer.proofs.map(({ claims }) => claims.nonce)).toEqual([undefined, 'first', 'first', 'second'])
    const assertions = t.issuer.requests.map(({ body }) => new URLSearchParams(body).get('client_assertion'))
    expect(new Set(assertions).size).toBe(4)
  })

  test('is not sent a third time, nor a second time without a new nonce', async () => {
    await using t = await started()
    const refuse =
      (nonce: string | undefined): Handler =>
      (_, response) =>
        json(response, { error: 'use_dpop_nonce' }, 400, nonce === undefined ? {} : { 'dpop-nonce': nonce })
    t.issuer.handler = (request, response, index) => refuse(`nonce-${index}`)(request, response, index)
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'use_dpop_nonce', status: 400 })
    expect(t.issuer.requests.length).toBe(2)
    for (const useless of [undefined, 'nonce-1', 'with space', 'x'.repeat(2000), 'quote"']) {
      t.issuer.handler = refuse(useless)
      const scope = `s${useless?.length ?? ''}`
      const client = clientOf(t.issuer.origin, { dpop: dpop(), scope })
      const before = t.issuer.requests.length
      expect(await errorOf(client.getToken())).toMatchObject({ code: 'use_dpop_nonce' })
      expect(t.issuer.requests.length - before).toBe(useless === 'nonce-1' ? 2 : 1)
    }
  })

  test('a refresh token refused for want of a nonce was not spent', async () => {
    const options = { clientAuth: none(), clientSecret: undefined, grant: refreshToken('session-1') }
    await using t = await started(options)
    t.issuer.nonce = 'first'
    t.issuer.more = { refresh_token: 'session-2' }
    await t.client.getToken()
    expect(t.issuer.requests.map(({ body }) => new URLSearchParams(body).get('refresh_token'))).toEqual([
      'session-1',
      'session-1',
    ])
  })

  test('H-63: a Bearer token in answer is refused, unless it is allowed', async () => {
    await using t = await started()
    t.issuer.more = { token_type: 'Bearer' }
    expect(await errorOf(t.client.getToken())).toMatchObject({ code: 'invalid_response' })
    const client = clientOf(t.issuer.origin, { allowedOrigins: [t.server.origin], dpop: dpop({ allowBearer: true }) })
    expect((await client.getToken()).tokenType).toBe('Bearer')
    await client.fetch(t.url)
    expect(t.server.requests[0]?.headers.authorization).toMatch(/^Bearer /)
    expect(t.server.requests[0]?.headers).not.toHaveProperty('dpop')
  })

  test('a DPoP token that nobody asked for is refused', async () => {
    await using server = await serve(tokenAnswer({ token_type: 'DPoP' }))
    expect(await errorOf(clientOf(server.origin).getToken())).toMatchObject({ code: 'invalid_response' })
  })
})

describe('a request to an API', () => {
  test('carries the token under its own scheme and a proof for this request', async () => {
    await using t = await started()
    const { accessToken } = await t.client.getToken()
    await t.client.fetch(t.url, { method: 'put', body: 'x', headers: { authorization: 'Basic other', dpop: 'other' } })
    const [request] = t.server.requests
    expect(request?.headers.authorization).toBe(`DPoP ${accessToken}`)
    const proof = request && (await proofOf(request, t.server.origin))
    expect(proof?.claims).toMatchObject({ htm: 'PUT', htu: `${t.server.origin}/accounts`, ath: athOf(accessToken) })
    expect(proof?.jkt).toBe(t.issuer.proofs[0]?.jkt)
  })

  test('is accepted by a verifier that asks for proofs and nonces', async () => {
    await using t = await started()
    const verifier = createVerifier({
      issuer: t.issuer.origin,
      audience,
      jwks: { keys: [t.issuer.signer.jwk] },
      dpop: dpopProofs({
        origin: t.server.origin,
        required: true,
        nonces: statelessNonces({ secrets: 'a secret of the API with at least 32 bytes' }),
      }),
    })
    t.server.handler = async (request, response) => {
      try {
        await verifier.authenticate({ method: request.method, url: request.path, headers: request.headers })
        json(response, { accepted: true })
      } catch (error) {
        if (!(error instanceof BearerError)) throw error
        const { status, headers, body } = error.answer
        response.writeHead(status, Object.fromEntries(headers)).end(body)
      }
    }
    for (let i = 0; i < 3; i++) expect(await (await t.client.fetch(t.url)).json()).toEqual({ accepted: true })
    expect(t.server.requests.length).toBe(4)
    expect(t.issuer.requests.length).toBe(1)
  })

  test('is sent once more with the nonce of the API, which is remembered; no token is renewed for it', async () => {
    let nonce = 'first'
    await using t = await started(
      {},
      wanting(() => nonce),
    )
    const call = async () => await (await t.client.fetch(t.url, { method: 'POST', body: 'hello' })).json()
    expect(await call()).toEqual({ nonce: 'first', body: 'hello' })
    expect(await call()).toEqual({ nonce: 'first', body: 'hello' })
    nonce = 'second'
    expect(await call()).toEqual({ nonce: 'second', body: 'hello' })
    expect(t.server.requests.length).toBe(5)
    expect(t.issuer.requests.length).toBe(1)
  })

  test('is sent once more with the nonce that its own answer names, whatever others are told meanwhile', async () => {
    const good = new Set<unknown>()
    const once: Handler = async (request, response, index) => {
      const { claims } = await proofOf(request, `http://${request.headers.host}`)
      if (good.delete(claims.nonce)) return json(response, {})
      good.add(`nonce-${index}`)
      const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': `nonce-${index}` }
      json(response, {}, 401, challenge)
    }
    const { fetch, begin } = arrivingTogether(2)
    await using t = await started({ fetch }, once)
    await t.client.getToken()
    begin()
    const answers = await Promise.all([t.client.fetch(t.url), t.client.fetch(t.url)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  test('H-62: takes the next nonce from any answer', async () => {
    await using t = await started({}, (_, response, index) => json(response, {}, 200, { 'dpop-nonce': `n${index}` }))
    for (let i = 0; i < 3; i++) await t.client.fetch(t.url)
    const proofs = await Promise.all(t.server.requests.map((request) => proofOf(request, t.server.origin)))
    expect(proofs.map(({ claims }) => claims.nonce)).toEqual([undefined, 'n0', 'n1'])
    expect(new Set(proofs.map(({ claims }) => claims.jti)).size).toBe(3)
  })

  test('whose body is a stream is sent once; the nonce serves the next one', async () => {
    await using t = await started(
      {},
      wanting(() => 'first'),
    )
    const send = async () => await t.client.fetch(t.url, { method: 'POST', body: new Blob(['hello']).stream() })
    expect((await send()).status).toBe(401)
    expect((await send()).status).toBe(200)
    expect(t.issuer.requests.length).toBe(1)
  })

  test('that is asked for a new nonce each time is given up after two', async () => {
    let asked = 0
    await using t = await started(
      {},
      wanting(() => `nonce-${++asked}`),
    )
    expect((await t.client.fetch(t.url)).status).toBe(401)
    expect(t.server.requests.length).toBe(2)
    expect(t.issuer.requests.length).toBe(1)
  })

  test('after a 401 carries a renewed token and a new proof', async () => {
    await using t = await started({}, (_, response, index) => json(response, {}, index === 0 ? 401 : 200))
    expect((await t.client.fetch(t.url)).status).toBe(200)
    const proofs = await Promise.all(t.server.requests.map((request) => proofOf(request, t.server.origin)))
    expect(new Set(proofs.map(({ claims }) => claims.ath)).size).toBe(2)
    expect(t.issuer.requests.length).toBe(2)
  })

  test('H-64: that is redirected carries a proof for each place, and none to a place that is not allowed', async () => {
    await using foreign = await serve(ok)
    await using other = await serve((_, response) => void response.writeHead(302, { location: foreign.origin }).end())
    await using api = await serve(
      (_, response) => void response.writeHead(307, { location: `${other.origin}/b` }).end(),
    )
    await using issuer = await serveBound(audience)
    const client = clientOf(issuer.origin, { dpop: dpop(), allowedOrigins: [api.origin, other.origin] })
    expect((await client.fetch(`${api.origin}/a`)).status).toBe(302)
    for (const { origin, requests } of [api, other]) {
      expect(requests[0] && (await proofOf(requests[0], origin))).toBeDefined()
    }
    expect(foreign.requests).toEqual([])
  })
})

test("a caller's own proof does not go along to another origin", async () => {
  await using other = await serve(ok)
  await using api = await serve((_, response) => void response.writeHead(307, { location: other.origin }).end())
  await using issuer = await serve(tokenAnswer())
  const client = clientOf(issuer.origin, { allowedOrigins: [api.origin, other.origin] })
  await client.fetch(api.origin, { headers: { dpop: 'own' } })
  expect(api.requests[0]?.headers.dpop).toBe('own')
  expect(other.requests[0]?.headers).not.toHaveProperty('dpop')
})

describe('getHeaders', () => {
  test('holds a proof for one request, with the nonce of an earlier answer', async () => {
    await using t = await started()
    const headers = await t.client.getHeaders({ url: t.url, method: 'post', dpopNonce: 'given' })
    expect(headers.authorization).toMatch(/^DPoP /)
    const request = { method: 'POST', path: '/accounts?from=1', headers, body: '' }
    expect((await proofOf(request, t.server.origin)).claims).toMatchObject({ nonce: 'given' })
  })

  test('without a url has no proof to give', async () => {
    await using t = await started()
    expect(await errorOf(t.client.getHeaders())).toMatchObject({ code: 'invalid_request' })
    expect(t.issuer.requests.length).toBe(0)
  })
})

describe('the key', () => {
  test('binds tokens in a shared store: another client with the same key finds them, one with its own does not', async () => {
    const jwk = await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).privateKey)
    const cache = memoryStore()
    await using t = await started({ cache, dpop: dpop({ key: { ...jwk } }) })
    const { accessToken } = await t.client.getToken()
    const same = clientOf(t.issuer.origin, { cache, dpop: dpop({ key: { ...jwk } }) })
    const other = clientOf(t.issuer.origin, { cache, dpop: dpop() })
    const unbound = clientOf(t.issuer.origin, { cache })
    expect((await same.getToken()).accessToken).toBe(accessToken)
    expect((await other.getToken()).accessToken).not.toBe(accessToken)
    expect(await errorOf(unbound.getToken())).toMatchObject({ code: 'invalid_dpop_proof' })
    expect(t.issuer.proofs.map(({ alg }) => alg)).toEqual(['EdDSA', 'ES256'])
  })

  test.for<readonly [string, DpopOptions, string]>([
    ['two keys of the platform', { key: { privateKey, publicKey } }, 'PS256'],
    ['a JWK and what it is for', { key: { ...rsa }, alg: 'PS512' }, 'PS512'],
    ['none, for ES256', { alg: 'ES256' }, 'ES256'],
  ])('may be %s', async ([, options, alg]) => {
    await using t = await started({ dpop: dpop(options) })
    await t.client.getToken()
    expect(t.issuer.proofs[0]?.alg).toBe(alg)
  })

  const { d: _, ...publicOnly } = rsa
  test.for<readonly [string, unknown]>([
    ['a public JWK', { key: publicOnly, alg: 'RS256' }],
    ['a JWK that does not say its algorithm', { key: rsa }],
    ['a private key alone', { key: { privateKey } }],
    ['two private keys', { key: { privateKey, publicKey: privateKey } }],
    ['a text', { key: 'planted' }],
    ['an algorithm that needs a key', { alg: 'RS256' }],
    ['a secret key', { key: { kty: 'oct', k: 'planted' }, alg: 'HS256' }],
  ])('is none: %s', ([, options]) => {
    const make: (options: never) => unknown = dpop
    expect(() => make(options as never)).toThrow(TypeError)
    expect(() => make(options as never)).not.toThrow(/planted/)
  })

  test('that the platform cannot use is a clear error, asked of no server', async () => {
    const key = { kty: 'EC', crv: 'P-256', x: 'planted', y: 'planted', d: 'planted' }
    await using t = await started({ dpop: dpop({ key }) })
    const error = await errorOf(t.client.getToken())
    expect(error).toMatchObject({ name: 'TokenRequestError', code: 'invalid_dpop_proof' })
    expect(String(error)).not.toContain('planted')
    expect(t.issuer.requests.length).toBe(0)
  })

  test('what is not made by dpop() is refused where the client is created', () => {
    const make: (options: never) => unknown = createTokenClient
    for (const wrong of [true, {}, { thumbprint: 'x' }]) {
      const options = { tokenEndpoint: 'https://as.example/token', clientId: 'c', clientSecret: 's', dpop: wrong }
      expect(() => make(options as never)).toThrow(/dpop\(\)/)
    }
  })
})

describe('oidc-provider', () => {
  /** A server of somebody else, with nonces that it wants. */
  async function startProvider() {
    const http = createServer()
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo
    const issuer = `http://127.0.0.1:${port}`
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: 'c',
          client_secret: 's',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 'n'), requireNonce: () => true },
      },
    })
    http.on('request', provider.callback())
    return {
      issuer,
      provider,
      [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void http.close(() => resolve())),
    }
  }

  test('issues a token bound to the key, for a proof with its nonce', async () => {
    await using t = await startProvider()
    const proofs = dpop()
    const client = createTokenClient({
      issuer: t.issuer,
      clientId: 'c',
      clientSecret: 's',
      grant: clientCredentials(),
      dpop: proofs,
    })
    const token = await client.getToken()
    expect(token.tokenType).toBe('DPoP')
    const stored = await t.provider.ClientCredentials.find(token.accessToken)
    expect(stored?.jkt).toBe(await proofs.thumbprint())
    client.close()
  })
})
