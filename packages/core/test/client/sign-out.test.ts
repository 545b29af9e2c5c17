import { expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { StoredToken, TokenStore } from '../../src/cache/store.js'
import { clientCredentials, refreshToken } from '../../src/client/grants/standard.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { createTokenClient, type TokenClient } from '../../src/client/token-client.js'
import { oauth2 } from '../../src/profiles/oauth2.js'
import { errorOf, secret } from '../support/client.js'
import { type Handler, json, type LocalServer, serve } from '../support/local-server.js'

/** A server that rotates refresh tokens and takes tokens back. */
const rotating: Handler = ({ path }, response, index) =>
  json(
    response,
    path === '/revoke'
      ? {}
      : { access_token: `access-${index}`, token_type: 'Bearer', refresh_token: `refresh-${index}`, expires_in: 100 },
  )

function clientOf(origin: string, options: TokenClientOptions): TokenClient {
  const profile = oauth2({ tokenEndpoint: `${origin}/token`, revocationEndpoint: `${origin}/revoke` })
  return createTokenClient({ profile, clientId: 'client', clientSecret: secret, ...options })
}

/** A store, and everything that is in it. */
function openStore(): { readonly records: Map<string, StoredToken>; readonly store: TokenStore } {
  const records = new Map<string, StoredToken>()
  const store: TokenStore = {
    ...memoryStore(),
    get: (key) => records.get(key),
    set: (key, token) => void records.set(key, token),
    delete: (key) => void records.delete(key),
  }
  return { records, store }
}

/** Lets requests wait until it is called. */
function hold(server: LocalServer): () => void {
  const waiting: (() => void)[] = []
  server.handler = (...request) => void waiting.push(() => void rotating(...request))
  return () => {
    server.handler = rotating
    for (const answer of waiting) answer()
  }
}

const revoked = ({ requests }: LocalServer): (string | null)[] =>
  requests.filter(({ path }) => path === '/revoke').map(({ body }) => new URLSearchParams(body).get('token'))

const tokenRequests = ({ requests }: LocalServer): number => requests.filter(({ path }) => path === '/token').length

test('a session that another scope is renewing leaves nothing behind', async () => {
  await using server = await serve(rotating)
  const { records, store } = openStore()
  const client = clientOf(server.origin, { grant: refreshToken('given'), cache: store })
  await client.getToken()
  const answer = hold(server)
  const arriving = client.getToken({ scope: 'other' })
  await server.received(2)
  const revoking = client.revoke()
  answer()
  await Promise.all([arriving, revoking])
  expect(records).toEqual(new Map())
  expect(revoked(server)).toContain('refresh-1')
  expect(await errorOf(client.getToken())).toMatchObject({ code: 'invalid_grant' })
})

test('a session that another client is renewing is at its end', async () => {
  await using server = await serve(rotating)
  const options = { grant: refreshToken('given'), cache: memoryStore() }
  const [client, other] = [clientOf(server.origin, options), clientOf(server.origin, options)]
  await client.getToken()
  const answer = hold(server)
  const arriving = other.getToken({ scope: 'other' })
  await server.received(2)
  const revoking = client.revoke()
  answer()
  await Promise.all([arriving, revoking])
  expect(revoked(server)).toContain('refresh-1')
  expect(await errorOf(client.getToken())).toMatchObject({ code: 'invalid_grant' })
})

test('a refresh token that was given is taken back, though nobody used it yet', async () => {
  await using server = await serve(rotating)
  const client = clientOf(server.origin, { grant: refreshToken('given') })
  await client.revoke()
  expect(revoked(server)).toEqual(['given'])
  expect(await errorOf(client.getToken())).toMatchObject({ code: 'invalid_grant' })
  await client.revoke()
  expect(server.requests.length).toBe(1)
})

test('a refresh token that was given is not used any more, though the store cannot say what became of it', async () => {
  const keeping: Handler = ({ path }, response, index) =>
    json(response, path === '/revoke' ? {} : { access_token: `access-${index}`, token_type: 'Bearer', expires_in: 100 })
  await using server = await serve(keeping)
  const { store } = openStore()
  const state: { isDown: boolean } = { isDown: false }
  const get: TokenStore['get'] = (key) => (state.isDown ? Promise.reject(new Error('down')) : store.get(key))
  const client = clientOf(server.origin, { grant: refreshToken('given'), cache: { ...store, get } })
  await client.getToken()
  state.isDown = true
  await client.revoke()
  state.isDown = false
  expect(await errorOf(client.getToken())).toMatchObject({ code: 'invalid_grant' })
  expect(tokenRequests(server)).toBe(1)
})

test('a renewal that begins while the store is asked is part of the session that ends', async () => {
  let sent = 0
  const ended: unknown[] = []
  const fetch = async (url: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    if (!String(url).endsWith('/revoke')) {
      sent++
      return Response.json({ ...answer, access_token: `access-${sent}`, refresh_token: `refresh-${sent}` })
    }
    ended.push(new URLSearchParams(String(init?.body)).get('token'))
    return Response.json({})
  }
  const answer = { token_type: 'Bearer', expires_in: 100 }
  const { records, store } = openStore()
  const state: { isSlow: boolean } = { isSlow: false }
  let renewing: Promise<unknown> | undefined
  const slow: TokenStore = {
    ...store,
    lock: undefined,
    get: async (key) => {
      const found = store.get(key)
      if (!state.isSlow) return found
      state.isSlow = false
      renewing = client.getToken({ forceRefresh: true }).catch(() => undefined)
      // As many turns as the renewal takes, if nothing stops it.
      for (let turn = 0; turn < 100; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
      return found
    },
  }
  const client = clientOf('https://as.example.com', { grant: refreshToken('given'), cache: slow, fetch })
  await client.getToken()
  state.isSlow = true
  await client.revoke()
  await renewing
  expect(ended).toContain(`refresh-${sent}`)
  expect(records).toEqual(new Map())
  expect(await errorOf(client.getToken())).toMatchObject({ code: 'invalid_grant' })
})

test('a key that cannot be told keeps no other token in the cache', async () => {
  await using server = await serve(rotating)
  const { records, store } = openStore()
  const state: { isBroken: boolean } = { isBroken: false }
  const odd = {
    ...clientCredentials(),
    identity: () => {
      if (state.isBroken) throw new Error(secret)
      return []
    },
  }
  const client = clientOf(server.origin, { grant: odd, cache: store })
  await client.getToken({ grant: clientCredentials() })
  expect(records.size).toBe(1)
  state.isBroken = true
  await client.revoke().catch((error: unknown) => expect(String(error)).not.toContain(secret))
  expect(records).toEqual(new Map())
})

test('many tokens are taken back a few at a time', async () => {
  let atOnce = 0
  let most = 0
  await using server = await serve(async (request, response, index) => {
    if (request.path !== '/revoke') return rotating(request, response, index)
    most = Math.max(most, ++atOnce)
    await new Promise<void>((resolve) => setImmediate(resolve))
    atOnce--
    json(response, {})
  })
  const client = clientOf(server.origin, { grant: clientCredentials() })
  await Promise.all(Array.from({ length: 100 }, (_, each) => client.getToken({ scope: `s${each}` })))
  await client.revoke()
  expect(new Set(revoked(server)).size).toBe(200)
  expect(most).toBeLessThanOrEqual(20)
})
