import { describe, expect, test } from 'vitest'
import { exchange, type TransportLimits } from '../../src/oauth/transport.js'
import { errorOf } from '../support/client.js'
import { serve, serveRaw, unreachableOrigin } from '../support/local-server.js'

const limits: TransportLimits = { fetch: globalThis.fetch, timeout: 10, maxBytes: 1000 }
const get = (origin: string, more: Partial<TransportLimits> = {}) =>
  exchange({ method: 'GET', url: new URL(origin), headers: {} }, { ...limits, ...more })

describe('exchange', () => {
  test('reads the whole answer, up to its limit and no further', async () => {
    await using server = await serve(
      (request, response) => void response.end('x'.repeat(Number(request.path.slice(1)))),
    )
    expect((await get(`${server.origin}/1000`)).body.length).toBe(1000)
    expect(await errorOf(get(`${server.origin}/1001`))).toMatchObject({
      name: 'TransportFailure',
      code: 'response_too_large',
    })
  })

  test('sends a body in one piece, with its length', async () => {
    await using server = await serve((_, response) => void response.end())
    await exchange({ method: 'POST', url: new URL(server.origin), headers: {}, body: 'héllo' }, limits)
    expect(server.requests[0]).toMatchObject({ body: 'héllo', headers: { 'content-length': '6' } })
    expect(server.requests[0]?.headers).not.toHaveProperty('transfer-encoding')
  })

  test("throws the caller's reason when the caller gave up", async () => {
    await using server = await serve(() => undefined)
    const leaving = new AbortController()
    const failed = errorOf(get(server.origin, { signal: leaving.signal }))
    await server.received(1)
    leaving.abort(new Error('enough'))
    expect(await failed).toMatchObject({ message: 'enough' })
  })

  test('takes a timeout that is no whole number of milliseconds', async () => {
    await using server = await serve((_, response) => void response.end())
    expect(await get(server.origin, { timeout: 7.0001 })).toMatchObject({ status: 200 })
  })

  test('a fetch that ignores its signal is held to the deadline all the same', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) })
    const fetch = async () => new Response(body)
    expect(await errorOf(get('https://as.example.com', { fetch, timeout: 0.1 }))).toMatchObject({ code: 'timeout' })
  })

  test('a fetch that ignores its signal from the start is held to deadline and caller too, its late answer discarded', async () => {
    let answer = (_: Response): void => undefined
    const fetch = () => new Promise<Response>((resolve) => (answer = resolve))
    expect(await errorOf(get('https://as.example.com', { fetch, timeout: 0.1 }))).toMatchObject({ code: 'timeout' })
    const discarded = new Promise<void>((resolve) => answer(new Response(new ReadableStream({ cancel: resolve }))))
    await discarded
    const leaving = new AbortController()
    const failed = errorOf(get('https://as.example.com', { fetch, signal: leaving.signal }))
    leaving.abort(new Error('enough'))
    expect(await failed).toMatchObject({ message: 'enough' })
  })

  test('what begins to send when it is waited for is waited for once', async () => {
    let sent = 0
    const fetch = () => {
      const answer = Promise.resolve(new Response('x'))
      const then = answer.then.bind(answer)
      const send = (...next: Parameters<typeof then>) => {
        sent += 1
        return then(...next)
      }
      return Object.defineProperty(answer, 'then', { value: send })
    }
    expect(await get('https://as.example.com', { fetch })).toMatchObject({ status: 200 })
    expect(sent).toBe(1)
  })

  test('knows whether the request may have reached the server', async () => {
    expect(await errorOf(get(await unreachableOrigin()))).toMatchObject({ code: 'network_error', sent: false })
    await using server = await serveRaw((socket) => socket.destroy())
    expect(await errorOf(get(server.origin))).toMatchObject({ code: 'network_error', sent: true })
  })

  test('carries no cause: the platform quotes what was sent', async () => {
    const fetch = () => Promise.reject(new TypeError('planted', { cause: 'planted' }))
    const error = await errorOf(get('https://as.example.com', { fetch }))
    expect(error).not.toHaveProperty('cause')
    expect(String(error)).not.toContain('planted')
  })
})
