import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { createTokenClient } from '../../src/client/token-client.js'
import { defineProfile } from '../../src/profiles/define.js'
import type { Profile } from '../../src/profiles/profile.js'
import { ok, refuse, startedApi as started } from '../support/api.js'
import { clientOf, errorOf } from '../support/client.js'
import { type Handler, json, serve, tokenAnswer } from '../support/local-server.js'

describe('what is sent', () => {
  test('the token as a Bearer token, in place of any other', async () => {
    await using t = await started(ok)
    const response = await t.client.fetch(t.url, { headers: { authorization: 'Basic other', 'x-own': '1' } })
    expect(await response.json()).toEqual({ sent: 'Bearer token-0', body: '' })
    expect(t.server.requests[0]).toMatchObject({ method: 'GET', path: '/accounts', headers: { 'x-own': '1' } })
  })

  test('a Request with method, headers and body', async () => {
    await using t = await started(ok)
    const request = new Request(t.url, { method: 'PUT', headers: { 'x-own': '1' }, body: 'hello' })
    expect(await (await t.client.fetch(request)).json()).toEqual({ sent: 'Bearer token-0', body: 'hello' })
    expect(t.server.requests[0]).toMatchObject({ method: 'PUT', headers: { 'x-own': '1' } })
  })

  test('the arguments are left as they were', async () => {
    await using t = await started(ok)
    const headers = new Headers({ 'x-own': '1' })
    const init = Object.freeze({ headers, method: 'POST', body: 'x' })
    await t.client.fetch(t.url, init)
    expect([...headers]).toEqual([['x-own', '1']])
  })

  const presented: readonly (readonly [string, NonNullable<Profile['present']>, string, string])[] = [
    ['another scheme', { as: 'scheme', scheme: 'Token' }, 'authorization', 'Token token-0'],
    ['the bare value', { as: 'raw' }, 'authorization', 'token-0'],
    ['a header of its own', { as: 'header', header: 'X-Access-Token' }, 'x-access-token', 'token-0'],
  ]
  test.for(presented)('%s, where the profile says so', async ([, present, header, value]) => {
    await using t = await started(ok)
    const grants = { client_credentials: { url: `${t.issuer.origin}/token` } }
    const profile = defineProfile({ profile: 1, name: 'own', grants, defaultGrant: 'client_credentials', present })()
    const options = { profile, clientId: 'c', clientSecret: 's', allowedOrigins: [t.server.origin] }
    await createTokenClient(options).fetch(t.url)
    expect(t.server.requests[0]?.headers[header]).toBe(value)
  })
})

describe('where it is sent', () => {
  test.for<readonly [what: string, url: unknown]>([
    ['another origin', 'https://evil.example/steal?secret=1'],
    ['another port', 'http://127.0.0.1:1/'],
    ['another scheme', 'ftp://127.0.0.1/'],
    ['no absolute URL', '/accounts'],
    ['a data URL', 'data:text/plain,x'],
    ['a symbol', Symbol('accounts')],
    ['an object that is no text', Object.create(null)],
  ])('%s is refused before anything is sent', async ([, url]) => {
    await using t = await started(ok)
    const error = await errorOf(t.client.fetch(url as never))
    expect(error).toMatchObject({ name: 'TokenRequestError', code: 'origin_not_allowed' })
    expect(String(error)).not.toContain('steal')
    expect(t.issuer.requests.length + t.server.requests.length).toBe(0)
  })

  test("the origin of the profile's API is allowed by default, and only that", async () => {
    await using t = await started(ok)
    const grants = { client_credentials: { url: `${t.issuer.origin}/token` } }
    const api = `${t.server.origin}/v1`
    const profile = defineProfile({ profile: 1, name: 'own', grants, defaultGrant: 'client_credentials', api })()
    const client = createTokenClient({ profile, clientId: 'c', clientSecret: 's' })
    expect((await client.fetch(t.url)).status).toBe(200)
    expect(await errorOf(client.fetch(t.issuer.origin))).toMatchObject({ code: 'origin_not_allowed' })
  })
})

describe('redirects', () => {
  const to =
    (status: number, location: string): Handler =>
    (request, response, index) =>
      request.path === '/accounts' ? void response.writeHead(status, { location }).end() : ok(request, response, index)

  test.for([301, 302, 303, 307, 308])('%i to an allowed origin is followed with the token', async (status) => {
    await using t = await started(to(status, '/moved'))
    const response = await t.client.fetch(t.url)
    expect(await response.json()).toMatchObject({ sent: 'Bearer token-0' })
  })

  test.for([
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'hello'],
    [308, 'POST', 'hello'],
  ] as const)('%i: a POST goes on as %s', async ([status, method, body]) => {
    await using t = await started(to(status, '/moved'))
    await t.client.fetch(t.url, { method: 'POST', body: 'hello' })
    expect(t.server.requests[1]).toMatchObject({ method, body, path: '/moved' })
  })

  test('a loop ends', async () => {
    await using t = await started((_, response) => void response.writeHead(302, { location: '/accounts' }).end())
    expect((await t.client.fetch(t.url)).status).toBe(302)
    expect(t.server.requests.length).toBe(11)
  })

  test("redirect: 'manual' is the caller's", async () => {
    await using t = await started(to(302, '/moved'))
    expect((await t.client.fetch(t.url, { redirect: 'manual' })).status).toBe(302)
    expect(t.server.requests.length).toBe(1)
  })
})

test("the caller's signal ends the call", async () => {
  await using t = await started(() => undefined)
  const leaving = new AbortController()
  const call = errorOf(t.client.fetch(t.url, { signal: leaving.signal }))
  await t.server.received(1)
  leaving.abort(new Error('enough'))
  expect(await call).toMatchObject({ message: 'enough' })
})

describe('a Request', () => {
  /** One that is an instance of another class of the same kind, as frameworks make them. */
  class OtherRequest {
    readonly #request: Request
    constructor(url: string, init: RequestInit) {
      this.#request = new Request(url, init)
    }
    get url() {
      return this.#request.url
    }
    get method() {
      return this.#request.method
    }
    get headers() {
      return this.#request.headers
    }
    get body() {
      return this.#request.body
    }
    get signal() {
      return this.#request.signal
    }
  }

  test('of another class is one too: url, method, headers and body are read from it', async () => {
    await using t = await started(ok)
    const init = { method: 'POST', headers: { 'x-own': '1' }, body: 'hello' }
    const request: unknown = new OtherRequest(t.url, init)
    const response = await t.client.fetch(request as Request)
    expect(await response.json()).toEqual({ sent: 'Bearer token-0', body: 'hello' })
    expect(t.server.requests[0]).toMatchObject({ method: 'POST', path: '/accounts', headers: { 'x-own': '1' } })
  })

  test('that was made before the global class was replaced is one too', async () => {
    await using t = await started(ok)
    const native = globalThis.Request
    const request = new native(t.url, { method: 'PUT', body: 'hello' })
    globalThis.Request = class extends native {}
    try {
      expect(await (await t.client.fetch(request)).json()).toEqual({ sent: 'Bearer token-0', body: 'hello' })
    } finally {
      globalThis.Request = native
    }
  })

  test('keeps its options, and init wins over them', async () => {
    const inits: RequestInit[] = []
    const spy: typeof globalThis.fetch = async (input, init) => {
      if (String(input).endsWith('/accounts')) inits.push({ ...init })
      return await fetch(input, init)
    }
    await using t = await started(ok, { fetch: spy })
    const integrity = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    const request = new Request(t.url, { integrity, cache: 'no-store', credentials: 'include', keepalive: true })
    await errorOf(t.client.fetch(request))
    expect(inits[0]).toMatchObject({ integrity, cache: 'no-store', credentials: 'include', keepalive: true })
    await t.client.fetch(request, { integrity: '', cache: 'reload' })
    expect(inits[1]).toMatchObject({ integrity: '', cache: 'reload', credentials: 'include' })
    await t.client.fetch(new Request(t.url))
    expect(inits[2]).not.toHaveProperty('cache')
  })

  test('carries its signal to the API', async () => {
    await using t = await started(() => undefined)
    const leaving = new AbortController()
    const call = errorOf(t.client.fetch(new Request(t.url, { signal: leaving.signal })))
    await t.server.received(1)
    leaving.abort(new Error('enough'))
    expect(await call).toMatchObject({ message: 'enough' })
  })
})

describe('a redirect to another allowed origin', () => {
  const redirecting =
    (location: () => string): Handler =>
    (_, response) =>
      void response.writeHead(307, { location: location() }).end()

  test("goes without the caller's own credentials", async () => {
    await using other = await serve(ok)
    await using issuer = await serve(tokenAnswer())
    await using api = await serve(redirecting(() => `${other.origin}/moved`))
    const grants = { client_credentials: { url: `${issuer.origin}/token` } }
    const present = { as: 'header', header: 'x-token' } as const
    const profile = defineProfile({ profile: 1, name: 'own', grants, defaultGrant: 'client_credentials', present })()
    const allowedOrigins = [api.origin, other.origin]
    const client = createTokenClient({ profile, clientId: 'c', clientSecret: 's', allowedOrigins })
    const headers = { authorization: 'Basic own', cookie: 'a=b', 'proxy-authorization': 'Basic own', 'x-own': '1' }
    await client.fetch(`${api.origin}/accounts`, { headers })
    expect(other.requests[0]?.headers).toMatchObject({ 'x-own': '1', 'x-token': 'token-0' })
    for (const name of ['authorization', 'cookie', 'proxy-authorization']) {
      expect(api.requests[0]?.headers, name).toHaveProperty(name)
      expect(other.requests[0]?.headers, name).not.toHaveProperty(name)
    }
  })

  test.for<readonly [string, (origin: string) => string]>([
    ['holds credentials', (origin) => `${origin.replace('//', '//user:planted@')}/`],
    ['is a blob', (origin) => `blob:${origin}/6ba7b810-9dad-11d1-80b4-00c04fd430c8`],
  ])('whose URL %s is refused', async ([, write]) => {
    await using t = await started(ok)
    t.server.handler = redirecting(() => write(t.server.origin))
    const error = await errorOf(t.client.fetch(t.url))
    expect(error).toMatchObject({ name: 'TokenRequestError', code: 'redirect_refused' })
    expect(String(error)).not.toContain('planted')
    const direct = await errorOf(t.client.fetch(write(t.server.origin)))
    expect(direct).toMatchObject({ name: 'TokenRequestError', code: 'origin_not_allowed' })
    expect(t.server.requests.length).toBe(1)
  })
})

test('a 401 that asks for another login is left to the caller: renewing its token would not mend it', async () => {
  const challenge = 'Bearer realm="api", error="insufficient_user_authentication", acr_values="urn:example:mfa"'
  await using t = await started((_, response) => json(response, {}, 401, { 'www-authenticate': challenge }))
  const response = await t.client.fetch(t.url)
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, challenge])
  expect([t.server.requests.length, t.issuer.requests.length]).toEqual([1, 1])
})

test('a 401 whose body breaks off is renewed like any other', async () => {
  const fetching: typeof globalThis.fetch = async (input, init) => {
    if (!String(input).endsWith('/accounts')) return await fetch(input, init)
    if (new Headers(init?.headers).get('authorization') !== 'Bearer token-0') return await fetch(input, init)
    const cancel = () => {
      throw new Error('it broke')
    }
    return new Response(new ReadableStream({ cancel }), { status: 401 })
  }
  await using t = await started(ok, { fetch: fetching })
  expect(await (await t.client.fetch(t.url)).json()).toMatchObject({ sent: 'Bearer token-1' })
})

test('a 401 and a renewal that fails while the token lives: the 401, not an error', async () => {
  await using t = await started(refuse(401))
  await t.client.getToken()
  t.issuer.handler = refuse(503)
  expect((await t.client.fetch(t.url)).status).toBe(401)
  expect((await t.client.getToken()).accessToken).toBe('token-0')
})

describe('an API that hides a refused token', () => {
  /** An error inside a 200, until the token is another one. */
  const hiding: Handler = (request, response) =>
    json(response, request.headers.authorization === 'Bearer token-0' ? { ok: false, error: 'expired' } : { ok: true })

  const isAuthenticationFailure: TokenClientOptions['isAuthenticationFailure'] = async ({ status, headers, body }) =>
    status === 200 && headers.get('content-type') === 'application/json' && (await body()).includes('"expired"')

  test('is sent a renewed token, once', async () => {
    await using t = await started(hiding, { isAuthenticationFailure })
    expect(await (await t.client.fetch(t.url)).json()).toEqual({ ok: true })
    expect(t.server.requests.length).toBe(2)
    t.server.handler = (_, response) => json(response, { error: 'expired' })
    expect(await (await t.client.fetch(t.url)).json()).toEqual({ error: 'expired' })
  })

  test('is seen as it is by whoever does not look', async () => {
    await using t = await started(hiding)
    expect(await (await t.client.fetch(t.url)).json()).toEqual({ ok: false, error: 'expired' })
    expect(t.server.requests.length).toBe(1)
  })

  test('the answer stays whole, however much of it was looked at', async () => {
    const whole = 'x'.repeat(300_000)
    const seen: string[] = []
    await using t = await started((_, response) => void response.end(whole), {
      isAuthenticationFailure: async ({ body }) => {
        seen.push(await body())
        return false
      },
    })
    expect(await (await t.client.fetch(t.url)).text()).toBe(whole)
    expect(seen).toEqual(['x'.repeat(64 * 1024)])
  })

  test('a body that does not end holds nobody up longer than the timeout', async () => {
    const seen: string[] = []
    const unending: Handler = (_, response) => void response.write('begun')
    const cache = memoryStore()
    await using t = await started(unending, { cache })
    await t.client.getToken()
    const client = clientOf(t.issuer.origin, {
      allowedOrigins: [t.server.origin],
      now: t.clock.now,
      cache,
      timeout: 0.05,
      isAuthenticationFailure: async ({ body }) => {
        seen.push(await body())
        return false
      },
    })
    const response = await client.fetch(t.url)
    expect(seen.length).toBe(1)
    expect('begun').toContain(seen[0])
    await response.body?.cancel()
  })

  test('a body that breaks off is told to whoever reads the answer', async () => {
    const breaking: Handler = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('begun', () => response.destroy())
    }
    const seen: string[] = []
    await using t = await started(breaking, {
      isAuthenticationFailure: async ({ body }) => {
        seen.push(await body())
        return false
      },
    })
    const response = await t.client.fetch(t.url)
    expect(seen.length).toBe(1)
    await expect(response.text()).rejects.toThrow()
  })

  test('what the function throws is thrown', async () => {
    const isAuthenticationFailure = () => {
      throw new RangeError('mine')
    }
    await using t = await started(ok, { isAuthenticationFailure })
    await expect(t.client.fetch(t.url)).rejects.toThrow(RangeError)
  })
})

describe('getHeaders', () => {
  test('carries the token as the profile presents it', async () => {
    await using t = await started(ok)
    expect(await t.client.getHeaders()).toEqual({ authorization: 'Bearer token-0' })
    expect(await t.client.getHeaders({ url: t.url, scope: 'write' })).toEqual({ authorization: 'Bearer token-1' })
    const grants = { client_credentials: { url: `${t.issuer.origin}/token` } }
    const present = { as: 'header', header: 'X-Access-Token' } as const
    const profile = defineProfile({ profile: 1, name: 'own', grants, defaultGrant: 'client_credentials', present })()
    const own = createTokenClient({ profile, clientId: 'c', clientSecret: 's' })
    expect(await own.getHeaders()).toEqual({ 'x-access-token': 'token-2' })
  })

  test('with another token when it is asked for one', async () => {
    await using t = await started(ok)
    expect(await t.client.getHeaders()).toEqual({ authorization: 'Bearer token-0' })
    expect(await t.client.getHeaders({ forceRefresh: true })).toEqual({ authorization: 'Bearer token-1' })
  })

  test.for<readonly [string, string]>([
    ['another origin', 'https://evil.example/steal'],
    ['no URL', 'accounts'],
    ['a URL with credentials', 'ORIGIN'],
  ])('is refused for %s before a token is asked for', async ([, url]) => {
    await using t = await started(ok)
    const where = url === 'ORIGIN' ? t.server.origin.replace('//', '//user:planted@') : url
    const error = await errorOf(t.client.getHeaders({ url: where }))
    expect(error).toMatchObject({ name: 'TokenRequestError', code: 'origin_not_allowed' })
    expect(String(error)).not.toContain('planted')
    expect(t.issuer.requests.length).toBe(0)
  })
})
