import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import type { RunningApi } from 'accounts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { start } from '../src/start.js'

let server: AuthorizationServer
beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
})
beforeEach(() => server.doorways.portx.clearRequests())
afterAll(() => server.close())

/** An API, and the lines of its log. */
async function startLogged(): Promise<{ readonly api: RunningApi; readonly lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = []
  const { issuer, jwksUri } = server.doorways.portx
  const env = { AUTH_ISSUER: issuer, AUTH_AUDIENCE: server.audience, AUTH_JWKS_URI: jwksUri, LOG_LEVEL: 'info' }
  const api = await start({ env, log: { write: (line) => void lines.push(JSON.parse(line)) } })
  return { api, lines }
}

function sign(scope: string): Promise<string> {
  return server.doorways.portx.issue({ scope, subject: 'ada' })
}

test('it is ready when the keys of the issuer are there, and lives before', async () => {
  const hold = server.doorways.portx.hold('jwks')
  const { api } = await startLogged()
  const ask = async (path: string) => {
    const response = await fetch(api.url + path)
    return [response.status, await response.json()]
  }
  await server.doorways.portx.received('jwks', 1)
  expect(await ask('/health')).toEqual([200, { status: 'ok' }])
  expect(await ask('/ready')).toEqual([503, { status: 'not ready' }])
  hold.release()
  // A request that needs the keys waits for them.
  const authorization = `Bearer ${await sign('accounts:read')}`
  expect((await fetch(`${api.url}/accounts`, { headers: { authorization } })).status).toBe(200)
  expect(await ask('/ready')).toEqual([200, { status: 'ready' }])
  await api.close()
})

test('it answers what it has begun before it ends', async () => {
  const hold = server.doorways.portx.hold('jwks')
  const { api } = await startLogged()
  const authorization = `Bearer ${await sign('accounts:read')}`
  await server.doorways.portx.received('jwks', 1)
  const { hostname, port } = new URL(api.url)
  const socket = connect(Number(port), hostname).setEncoding('utf8')
  // In one piece: when the first is answered, the second has begun.
  const fields = `host: ${hostname}\r\nauthorization: ${authorization}`
  socket.write(
    `GET /health HTTP/1.1\r\n${fields}\r\n\r\nGET /accounts HTTP/1.1\r\n${fields}\r\nconnection: close\r\n\r\n`,
  )
  const [first] = await once(socket, 'data')
  expect(first).toMatch(/^HTTP\/1.1 200 /)
  const closed = api.close()
  hold.release()
  expect(await text(socket)).toMatch(/^HTTP\/1.1 200 /)
  await closed
  await expect(fetch(`${api.url}/health`)).rejects.toThrow(TypeError)
})

test('its log tells what happened and why, and holds no token', async () => {
  const { api, lines } = await startLogged()
  const token = await sign('cards:read')
  await fetch(`${api.url}/accounts?access_token=planted-in-the-query`, {
    headers: { authorization: `Bearer ${token}`, cookie: 'session=planted-cookie' },
  })
  await fetch(`${api.url}/accounts`, { headers: { authorization: 'Bearer planted-garbage' } })
  await api.close()
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'insufficient_scope: it lacks accounts:read', context: 'RefusalsFilter' }),
  )
  expect(lines).toContainEqual(
    expect.objectContaining({
      req: expect.objectContaining({ method: 'GET', path: '/accounts' }),
      res: { status: 403 },
    }),
  )
  const shown = JSON.stringify(lines)
  for (const secret of [token, 'planted-']) expect(shown).not.toContain(secret)
})

test('its OpenAPI page is there, and tells each operation’s scope', async () => {
  const { api } = await startLogged()
  const page = await fetch(`${api.url}/docs`)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
  const document: unknown = await (await fetch(`${api.url}/docs-json`)).json()
  expect(document).toMatchObject({
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/cards': {
        get: { security: [{ bearer: ['cards:read'] }] },
        post: { security: [{ bearer: ['cards:write'] }] },
      },
      '/health': { get: expect.not.objectContaining({ security: expect.anything() }) },
    },
  })
  await api.close()
})
