import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type AccessToken, createVerifier } from '@auth/core'
import { createAdaptorServer, upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createHonoAuth, socketUntilExpiry, streamUntilExpiry } from '../src/index.js'
import { type Issuer, type Scope, scopes, startIssuer } from './support/issuer.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(async () => await issuer[Symbol.asyncDispose]())

/** A token, and a verifier whose clock stands just before its end until it is let go. */
async function dusk() {
  const authorization = await issuer.bearer({ expiresIn: 60 })
  const { expiresAt } = await issuer.verifier().verify(authorization.slice('Bearer '.length))
  let now = expiresAt * 1000 - 20
  const verifier = createVerifier({ ...issuer.options, scopes, clockTolerance: 0, now: () => now })
  const fall = () => {
    now = expiresAt * 1000
  }
  return { authorization, auth: createHonoAuth(verifier), fall }
}

async function listen(app: Hono): Promise<string> {
  const sockets = new WebSocketServer({ noServer: true })
  // Its types differ in what may be undefined.
  const websocket = { server: sockets as never }
  const server = createAdaptorServer({ fetch: app.fetch, websocket })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `127.0.0.1:${port}`
}

describe('a WebSocket', () => {
  async function connect() {
    const { auth, authorization, fall } = await dusk()
    const seen: unknown[] = []
    const app = new Hono()
    app.get(
      '/',
      auth.bearer(),
      upgradeWebSocket((c) => {
        const token: AccessToken<Scope> = c.get('token')
        return socketUntilExpiry(token, {
          onOpen: (_event, socket) => socket.send('welcome'),
          onMessage: ({ data }, socket) => {
            seen.push(data)
            socket.send(`${data}!`)
          },
          onClose: () => seen.push('closed'),
        })
      }),
    )
    const host = await listen(app)
    const socket = new WebSocket(`ws://${host}`, { headers: { authorization } })
    const [welcome] = await once(socket, 'message')
    expect(String(welcome)).toBe('welcome')
    return { socket, seen, fall, host }
  }

  test('is closed when its token expires', async () => {
    const { socket, seen, fall } = await connect()
    socket.send('hello')
    const [answer] = await once(socket, 'message')
    expect(String(answer)).toBe('hello!')
    fall()
    const [code, reason] = await once(socket, 'close')
    expect([code, String(reason)]).toEqual([1008, 'invalid_token'])
    await expect.poll(() => seen).toEqual(['hello', 'closed'])
  })

  test('hands on no message of an expired token', async () => {
    const { socket, seen, fall } = await connect()
    fall()
    socket.send('too late')
    await once(socket, 'close')
    await expect.poll(() => seen).toEqual(['closed'])
  })

  test('is not opened without a token', async () => {
    const { host } = await connect()
    const refused = new WebSocket(`ws://${host}`)
    const [error] = await once(refused, 'error')
    expect(String(error)).toContain('401')
  })
})

describe('a stream', () => {
  async function open(write: (stream: SSEStreamingApi) => Promise<void>) {
    const { auth, authorization, fall } = await dusk()
    const app = new Hono()
    app.get('/', auth.bearer(), (c) =>
      streamSSE(
        c,
        streamUntilExpiry(c.var.token, async (stream) => {
          await stream.writeSSE({ data: '1' })
          await write(stream)
        }),
      ),
    )
    const response = await fetch(`http://${await listen(app)}`, { headers: { authorization } })
    return { response, fall }
  }

  test('ends when its token expires', async () => {
    const ended: boolean[] = []
    const { response, fall } = await open(async (stream) => {
      await new Promise<void>((resolve) => stream.onAbort(resolve))
      ended.push(stream.aborted)
    })
    fall()
    expect(await response.text()).toBe('data: 1\n\n')
    expect(ended).toEqual([true])
  })

  test('ends by itself before that', async () => {
    const { response } = await open(async () => undefined)
    expect(await response.text()).toBe('data: 1\n\n')
  })
})
