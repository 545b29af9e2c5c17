import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type AuthorizationServer, startAuthorizationServer } from '@auth/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EntryPoint, entryPoints, type RunningApi } from '../src/entry-points.js'
import { environmentOf } from '../src/environment.js'

let server: AuthorizationServer
beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
})
beforeEach(() => server.doorways.portx.clearRequests())
afterAll(() => server.close())

function sign(scope: string): Promise<string> {
  return server.doorways.portx.issue({ scope, subject: 'ada' })
}

describe.for(entryPoints.map((entryPoint): [string, EntryPoint] => [entryPoint.name, entryPoint]))(
  '%s',
  ([name, { start }]) => {
    const accounts = name === 'tRPC' ? '/trpc/accounts.list' : '/accounts'

    /** An API, and the lines of its log. */
    async function startLogged(): Promise<{ readonly api: RunningApi; readonly lines: Record<string, unknown>[] }> {
      const lines: Record<string, unknown>[] = []
      const env = { ...environmentOf(server.doorways.portx), LOG_LEVEL: 'info' }
      const api = await start({ env, log: { write: (line) => void lines.push(JSON.parse(line)) } })
      return { api, lines }
    }

    test('is ready when the keys of the issuer are there, and lives before', async () => {
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
      expect((await fetch(api.url + accounts, { headers: { authorization } })).status).toBe(200)
      expect(await ask('/ready')).toEqual([200, { status: 'ready' }])
      await api.close()
    })

    test.for(['close', 'keep-alive'])(
      'answers what it has begun before it ends (connection: %s)',
      async (connection) => {
        const hold = server.doorways.portx.hold('jwks')
        const { api } = await startLogged()
        const authorization = `Bearer ${await sign('accounts:read')}`
        await server.doorways.portx.received('jwks', 1)
        const { hostname, port } = new URL(api.url)
        const socket = connect(Number(port), hostname).setEncoding('utf8')
        // In one piece: when the first is answered, the second has begun.
        const fields = `host: ${hostname}\r\nauthorization: ${authorization}`
        socket.write(
          `GET /health HTTP/1.1\r\n${fields}\r\n\r\nGET ${accounts} HTTP/1.1\r\n${fields}\r\nconnection: ${connection}\r\n\r\n`,
        )
        const [first] = await once(socket, 'data')
        expect(first).toMatch(/^HTTP\/1.1 200 /)
        const closed = api.close()
        hold.release()
        expect(await text(socket)).toMatch(/^HTTP\/1.1 200 /)
        await closed
        await expect(fetch(`${api.url}/health`)).rejects.toThrow(TypeError)
      },
    )

    test('logs what happened and why, and no token', async () => {
      const { api, lines } = await startLogged()
      const token = await sign('cards:read')
      await fetch(`${api.url}${accounts}?access_token=planted-in-the-query`, {
        headers: { authorization: `Bearer ${token}`, cookie: 'session=planted-cookie', dpop: 'planted-proof' },
      })
      await fetch(api.url + accounts, { headers: { authorization: 'Bearer planted-garbage' } })
      await api.close()
      expect(lines).toContainEqual(
        expect.objectContaining({ msg: 'token_refused', code: 'insufficient_scope', reason: 'it lacks accounts:read' }),
      )
      expect(lines).toContainEqual(
        expect.objectContaining({
          req: expect.objectContaining({ method: 'GET', path: accounts }),
          res: { status: 403 },
        }),
      )
      const shown = JSON.stringify(lines)
      for (const secret of [token, 'planted-']) expect(shown).not.toContain(secret)
    })
  },
)
