import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuthorizationServer, type ClientDoorway, startAuthorizationServer } from '../src/index.js'
import { formBasic, introspect, send, sendForm } from './support.js'

let server: AuthorizationServer
let portx: ClientDoorway

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portx'] })
  portx = server.doorways.portx
})

beforeEach(() => portx.clearRequests())

afterAll(() => server.close())

const jwks = () => send('GET', portx.jwksUri)

/** A request whose answer does not end by itself. */
function open(): { readonly outgoing: ClientRequest; readonly response: Promise<IncomingMessage> } {
  const outgoing = request(portx.jwksUri, { agent: false })
  const response = new Promise<IncomingMessage>((resolve, reject) =>
    outgoing.on('response', resolve).on('error', reject),
  )
  outgoing.end()
  return { outgoing, response }
}

describe('an arranged answer', () => {
  test('stands in for the genuine one until it is taken back', async () => {
    portx.answer('jwks', { status: 418, headers: { 'content-type': 'text/plain', 'x-own': '1' }, body: 'teapot' })
    for (const round of [1, 2]) {
      const { status, headers, body } = await jwks()
      expect({ round, status, own: headers['x-own'], body }).toEqual({ round, status: 418, own: '1', body: 'teapot' })
    }
    portx.answer('jwks', null)
    expect((await jwks()).status).toBe(200)
    expect(portx.requests.map(({ status }) => status)).toEqual([418, 418, 200])
  })

  test('can be for a number of times', async () => {
    portx.answer('jwks', { status: 500 }, { times: 2 })
    expect([(await jwks()).status, (await jwks()).status, (await jwks()).status]).toEqual([500, 500, 200])
  })

  test('is 200 and empty by default, and concerns one endpoint', async () => {
    portx.answer('jwks', {}, { times: 1 })
    expect(await introspect(portx, 'unknown')).toEqual({ active: false })
    expect(await jwks()).toMatchObject({ status: 200, body: '' })
  })

  test('may be bytes', async () => {
    portx.answer('jwks', { body: Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d) }, { times: 1 })
    const { response } = open()
    const chunks = await (await response).toArray()
    expect(Buffer.concat(chunks).toString('hex')).toBe('efbbbf7b7d')
  })
})

describe('an outage', () => {
  test('is 503 until it is over', async () => {
    portx.outage('introspection', true, { retryAfter: 7 })
    const form = { token: 'x' }
    const down = await sendForm(portx.introspectionEndpoint, form, formBasic(portx.resourceServer))
    expect({ status: down.status, retryAfter: down.headers['retry-after'] }).toEqual({ status: 503, retryAfter: '7' })
    portx.outage('introspection', false)
    expect(await introspect(portx, 'x')).toEqual({ active: false })
  })

  test('names no time unless told', async () => {
    portx.outage('jwks', true)
    expect((await jwks()).headers).not.toHaveProperty('retry-after')
    portx.outage('jwks', false)
  })
})

describe('a hold', () => {
  test('lets requests wait until it is released', async () => {
    const hold = portx.hold('jwks')
    const waiting = [jwks(), jwks()]
    await portx.received('jwks', 2)
    expect(portx.requests.map(({ status }) => status)).toEqual([undefined, undefined])
    hold.release()
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200])
    expect((await jwks()).status).toBe(200)
    hold.release()
  })

  test('leaves other endpoints alone', async () => {
    const hold = portx.hold('jwks')
    expect(await introspect(portx, 'x')).toEqual({ active: false })
    hold.release()
  })

  test('may stand before another', async () => {
    const [first, second] = [portx.hold('jwks'), portx.hold('jwks')]
    const waiting = jwks()
    await portx.received('jwks', 1)
    first.release()
    await introspect(portx, 'x')
    expect(portx.requests[0]?.status).toBeUndefined()
    second.release()
    expect((await waiting).status).toBe(200)
  })
})

describe('a fault of the wire', () => {
  test('reset cuts the connection', async () => {
    portx.answer('jwks', { stream: 'reset' }, { times: 1 })
    await expect(jwks()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(portx.requests[0]?.status).toBeUndefined()
  })

  test('hang answers nothing', async () => {
    portx.answer('jwks', { stream: 'hang' }, { times: 1 })
    const { outgoing, response } = open()
    await portx.received('jwks', 1)
    // Later requests overtake it.
    expect((await jwks()).status).toBe(200)
    outgoing.destroy()
    await expect(response).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(portx.requests[0]?.status).toBeUndefined()
  })

  test('endless repeats the body for as long as somebody reads', async () => {
    portx.answer(
      'jwks',
      { headers: { 'content-type': 'application/json' }, body: '[1,', stream: 'endless' },
      { times: 1 },
    )
    const response = await open().response
    let text = ''
    for await (const chunk of response) {
      text += String(chunk)
      if (text.length > 1_000_000) break
    }
    expect(text.slice(0, 9)).toBe('[1,[1,[1,')
    expect(response.headers).not.toHaveProperty('content-length')
  })

  test('drip sends byte by byte', async () => {
    portx.answer('jwks', { body: '{}', stream: 'drip' }, { times: 1 })
    const { outgoing, response } = open()
    const incoming = await response
    expect(incoming.statusCode).toBe(200)
    const [first] = await once(incoming, 'data')
    const [second] = await once(incoming, 'data')
    expect(`${first}${second}`).toMatch(/^\{\}/)
    outgoing.destroy()
  })
})
