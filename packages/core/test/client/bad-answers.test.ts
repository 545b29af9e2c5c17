import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TokenRequestError } from '../../src/errors.js'
import { clientOf, errorOf, secret } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { body, endless, type HostileAnswer, hostileAnswers } from '../support/hostile-answers.js'
import { type Handler, json, serve, serveRaw, tokenAnswer, unreachableOrigin } from '../support/local-server.js'

const token = { access_token: 'token-1', token_type: 'Bearer', expires_in: 300 }
const answer = (members: Readonly<Record<string, unknown>>, status = 200): Handler =>
  body(JSON.stringify(members), status)
const withToken = (members: Readonly<Record<string, unknown>>): Handler => answer({ ...token, ...members })

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

describe('an answer that is not what it must be', () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', note)
  })
  afterEach(() => {
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  test.for<HostileAnswer>([
    ...hostileAnswers,
    ['F-t_200error', 'invalid_client', answer({ error: 'invalid_client' })],
    ['F-t_200errorunknown', 'server_error', answer({ error: 'bad_weather' })],
    ['F-t_errorandtoken', 'invalid_client', withToken({ error: 'invalid_client' })],
    ['F-t_notype', 'invalid_response', withToken({ token_type: undefined })],
    ['F-t_typemac', 'invalid_response', withToken({ token_type: 'mac' })],
    ['F-t_typedpop', 'invalid_response', withToken({ token_type: 'DPoP' })],
    ['F-t_typenum', 'invalid_response', withToken({ token_type: 1 })],
    ['F-t_typeproto', 'invalid_response', withToken({ token_type: 'constructor' })],
    ['F-t_typeproto2', 'invalid_response', withToken({ token_type: '__proto__' })],
    ['nested 33 levels deep', 'invalid_response', withToken({ issued_token_type: nested(32) })],
    ['nested 4000 levels deep', 'invalid_response', withToken({ issued_token_type: nested(4000) })],
    ['F-t_nota', 'invalid_response', withToken({ token_type: 'N_A' })],
    ['F-t_noaccess', 'invalid_response', withToken({ access_token: undefined })],
    ['F-t_accempty', 'invalid_response', withToken({ access_token: '' })],
    ['F-t_accnull', 'invalid_response', withToken({ access_token: null })],
    ['F-t_accnum', 'invalid_response', withToken({ access_token: 12 })],
    ['F-t_accobj', 'invalid_response', withToken({ access_token: { value: 'x' } })],
    ['F-t_accarr', 'invalid_response', withToken({ access_token: ['x'] })],
    ['F-t_acccrlf', 'invalid_response', withToken({ access_token: 'x\r\nset-cookie: a=b' })],
    ['F-t_accspace', 'invalid_response', withToken({ access_token: 'x y' })],
    ['F-t_accnonascii', 'invalid_response', withToken({ access_token: 'tökén' })],
    ['F-t_accnul', 'invalid_response', withToken({ access_token: 'x\u0000' })],
    ['F-t_acchuge', 'response_too_large', withToken({ access_token: 'x'.repeat(2 * 1024 * 1024) })],
    ['F-t_expstrbad', 'invalid_response', withToken({ expires_in: 'soon' })],
    ['F-t_exp1e400', 'invalid_response', body('{"access_token":"t","token_type":"Bearer","expires_in":1e400}')],
    ['F-t_exptrue', 'invalid_response', withToken({ expires_in: true })],
    ['F-t_exparr', 'invalid_response', withToken({ expires_in: [300] })],
    ['F-t_expobj', 'invalid_response', withToken({ expires_in: {} })],
    ['F-t_expnan', 'invalid_response', withToken({ expires_in: 'NaN' })],
    ['F-t_scopenum', 'invalid_response', withToken({ scope: 1 })],
    ['F-t_scopemixed', 'invalid_response', withToken({ scope: ['read', 1] })],
    ['F-t_scopeblank', 'invalid_response', withToken({ scope: ['read write'] })],
    ['F-t_refreshnum', 'invalid_response', withToken({ refresh_token: 1 })],
    ['F-t_refreshcrlf', 'invalid_response', withToken({ refresh_token: 'a\r\nb' })],
    ['F-t_proto', 'invalid_response', body('{"__proto__":{"access_token":"x","token_type":"Bearer"}}')],
    ['a prototype for the rest', 'invalid_response', body('{"access_token":"x","__proto__":{"token_type":"Bearer"}}')],
    ['a constructor', 'invalid_response', answer({ constructor: { prototype: token } })],
    [
      'a good value and then a bad one',
      'invalid_response',
      body('{"token_type":"Bearer","access_token":"a","access_token":1}'),
    ],
    ['a bearer among others', 'invalid_response', withToken({ token_type: ['Bearer'] })],
    ['F-t_case', 'invalid_response', answer({ Access_Token: 'x', token_type: 'Bearer' })],
    ['F-t_form', 'invalid_response', body('access_token=x&token_type=bearer')],
    ['F-t_errhtml', 'invalid_client', body('<html>Unauthorized</html>', 401, { 'content-type': 'text/html' })],
    [
      'F-t_errbig',
      'response_too_large',
      answer({ error: 'invalid_request', error_description: 'x'.repeat(10 * 1024 * 1024) }, 400),
    ],
    ['F-t_errnonstr', 'invalid_request', answer({ error: { code: 1 } }, 400)],
    ['F-t_errnum', 'invalid_request', answer({ error: 190 }, 400)],
    ['F-t_dpopnonce', 'use_dpop_nonce', answer({ error: 'use_dpop_nonce' }, 400)],
  ])('%s is %s, and nothing is cached', async ([id, code, handler, timeout = 10]) => {
    await using server = await serve(handler)
    const clock = testClock()
    const stored: string[] = []
    const cache = {
      get: async () => undefined,
      set: async (key: string) => void stored.push(key),
      delete: async () => undefined,
    }
    const client = clientOf(server.origin, { timeout, now: clock.now, cache })
    const error = await errorOf(client.getToken())
    expect(error, id).toBeInstanceOf(TokenRequestError)
    expect(error).toMatchObject({ code })
    expect(String(error)).not.toMatch(/\[object|undefined|[^\x20-\x7e]/)
    expect(String(error).length).toBeLessThan(500)
    expect(stored).toEqual([])
    // What may be over at once is asked for twice more.
    expect(server.requests.length).toBe(code === 'network_error' || id === 'F-e503' ? 3 : 1)
    expect(Object.prototype).not.toHaveProperty('access_token')
    clock.advance(4000)
    server.handler = tokenAnswer()
    expect((await client.getToken()).accessToken, 'a later call is not harmed').toMatch(/^token-/)
  })

  test.for<readonly [id: string, code: string, raw: string]>([
    ['F-clshort', 'network_error', 'HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"access_token":"t"'],
    ['F-hugehdr', 'network_error', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(1024 * 1024)}\r\n\r\n{}`],
    ['F-http09', 'network_error', '{"access_token":"t","token_type":"Bearer"}'],
    ['F-reset', 'network_error', ''],
  ])('%s is %s', async ([, code, raw]) => {
    await using server = await serveRaw((socket) => socket.end(raw))
    expect(await errorOf(clientOf(server.origin).getToken())).toMatchObject({ code, retryable: true })
  })

  test('a server that cannot be reached is network_error', async () => {
    const error = await errorOf(clientOf(await unreachableOrigin()).getToken())
    expect(error).toMatchObject({ code: 'network_error', retryable: true, retryAt: expect.any(Number) })
  })
})

describe('what an answer may cost', () => {
  const member = gzipSync(Buffer.alloc(1024 * 1024))
  const bomb = Buffer.concat(Array<Buffer>(256).fill(member))
  const MiB = 1024 * 1024

  test.for<readonly [string, Handler]>([
    ['256 MiB in 256 KiB', body(bomb, 200, { 'content-encoding': 'gzip' })],
    ['no end', endless],
  ])('%s: 1 MiB is read of each, and the memory of ten at once stays below 64 MiB', async ([, handler]) => {
    await using server = await serve(handler)
    const before = process.memoryUsage().arrayBuffers
    const most = { read: 0, held: 0 }
    const counted: typeof globalThis.fetch = async (input, init) => {
      const response = await fetch(input, init)
      let read = 0
      const counter = new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          read += chunk.byteLength
          most.read = Math.max(most.read, read)
          most.held = Math.max(most.held, process.memoryUsage().arrayBuffers - before)
          controller.enqueue(chunk)
        },
      })
      return new Response(response.body?.pipeThrough(counter), { status: response.status, headers: response.headers })
    }
    const scopes = Array.from({ length: 10 }, (_, index) => `scope-${index}`)
    const errors = await Promise.all(
      scopes.map((scope) => errorOf(clientOf(server.origin, { scope, fetch: counted }).getToken())),
    )
    for (const error of errors) expect(error).toMatchObject({ code: 'response_too_large' })
    expect(most.read).toBeGreaterThan(MiB)
    // What was on its way when enough was enough.
    expect(most.read).toBeLessThan(1.5 * MiB)
    expect(most.held).toBeLessThan(64 * MiB)
  })
})

describe('an answer that is unusual and good', () => {
  test.for<
    readonly [id: string, members: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>]
  >([
    ['F-t_typelower', { token_type: 'bearer' }, { tokenType: 'Bearer' }],
    ['F-t_typeBEARER', { token_type: 'BEARER' }, { tokenType: 'Bearer' }],
    ['F-t_expstr', { expires_in: '300' }, { expiresAt: 1_800_000_300 }],
    ['F-t_expfloat', { expires_in: 300.7 }, { expiresAt: 1_800_000_300 }],
    ['F-t_expnull', { expires_in: null }, { expiresAt: 1_800_000_300 }],
    ['F-t_noexp', { expires_in: undefined }, { expiresAt: 1_800_000_300 }],
    ['F-t_expms', { expires_in: 300_000 }, { expiresAt: 1_800_300_000 }],
    ['F-t_exphuge', { expires_in: 1e15 }, { expiresAt: 1_800_000_000 + 31_536_000 }],
    ['F-t_scopearr', { scope: ['read', 'write'] }, { scope: 'read write' }],
    ['F-t_scopenull', { scope: null }, { scope: 'read' }],
    ['F-t_scopeless', { scope: '' }, { scope: '' }],
    ['F-t_scopemore', { scope: 'read write admin' }, { scope: 'read write admin' }],
    ['F-t_scopeabsent', {}, { scope: 'read' }],
    ['F-t_refreshnull', { refresh_token: null }, { refreshToken: undefined }],
    ['F-t_idtoken', { id_token: 'not verified, not wanted' }, { tokenType: 'Bearer' }],
    ['F-t_accundef', { access_token: 'undefined' }, { accessToken: 'undefined' }],
    ['F-t_sample', { access_token: 'NgXCXRKc...Mz0Yjw=' }, { accessToken: 'NgXCXRKc...Mz0Yjw=' }],
  ])('%s', async ([, members, expected]) => {
    await using server = await serve(withToken(members))
    const token = await clientOf(server.origin, { scope: 'read', now: testClock().now }).getToken()
    expect({ ...expected }).toEqual(
      Object.fromEntries(Object.keys(expected).map((name) => [name, Reflect.get(token, name)])),
    )
  })

  test.for([
    ['F-charset', { 'content-type': 'application/json; charset=UTF-8' }],
    ['F-textplain', { 'content-type': 'text/plain' }],
    ['F-noct', { 'content-type': '' }],
    ['F-t_nostore', { 'cache-control': 'no-store' }],
  ] as const)('%s', async ([, headers]) => {
    await using server = await serve(body(JSON.stringify(token), 200, { ...headers }))
    expect((await clientOf(server.origin).getToken()).accessToken).toBe('token-1')
  })

  test('F-dupkeys, F-t_dup: the last one counts', async () => {
    await using server = await serve(
      body('{"access_token":"a","access_token":"b","token_type":"Bearer","expires_in":9}'),
    )
    expect((await clientOf(server.origin).getToken()).accessToken).toBe('b')
  })

  test.for([
    ['F-t_exp0', 0],
    ['F-t_expneg', -5],
    ['G-21', '0'],
  ] as const)('%s: handed out once to all who wait, never cached', async ([, expires_in]) => {
    await using server = await serve(tokenAnswer({ expires_in }))
    const stored: string[] = []
    const set = async (key: string) => void stored.push(key)
    const cache = { get: async () => undefined, set, delete: async () => undefined }
    const client = clientOf(server.origin, { cache })
    const waiting = await Promise.all([client.getToken(), client.getToken()])
    expect(waiting.map(({ accessToken }) => accessToken)).toEqual(['token-0', 'token-0'])
    expect((await client.getToken()).accessToken).toBe('token-1')
    expect(stored).toEqual([])
  })
})

test('F-t_exp1: a token of a second is used for half of it, and makes no storm', async () => {
  await using server = await serve(tokenAnswer({ expires_in: 1 }))
  const clock = testClock()
  const client = clientOf(server.origin, { now: clock.now })
  for (let use = 0; use < 500; use++) {
    await client.getToken()
    clock.advance(0.02)
  }
  expect(server.requests.length).toBeGreaterThanOrEqual(10)
  expect(server.requests.length).toBeLessThanOrEqual(21)
})

test('F-t_flap: every second answer is a 500: one request for each that is wanted, in a pause of its own', async () => {
  await using server = await serve((request, response, index) =>
    index % 2 === 0 ? void response.writeHead(500).end() : tokenAnswer({ expires_in: 10 })(request, response, index),
  )
  const clock = testClock()
  const client = clientOf(server.origin, { now: clock.now })
  let served = 0
  for (let second = 0; second < 200; second++) {
    served += await client.getToken().then(
      () => 1,
      () => 0,
    )
    clock.advance(1)
  }
  expect(served).toBeGreaterThan(20)
  // At most one for each 5 s of a token's life, and as many that failed.
  expect(server.requests.length).toBeLessThanOrEqual(80)
})

describe('what a server says of an error', () => {
  test.for<readonly [id: string, description: string]>([
    ['F-t_errsecret', `client_secret ${secret} is wrong`],
    ['the secret form-encoded', `bad: ${encodeURIComponent(secret)}`],
    ['a part of the secret', `bad: ${secret.slice(0, 12)}…`],
    ['the secret in capitals', secret.toUpperCase()],
    ['the Basic credentials', `Basic ${Buffer.from(`client:${secret}`).toString('base64')}`],
  ])('%s: is left out when it repeats a secret', async ([, error_description]) => {
    await using server = await serve(answer({ error: 'invalid_client', error_description }, 400))
    const error = await errorOf(clientOf(server.origin).getToken())
    expect(String(error)).toBe(
      'TokenRequestError: The authorization server of profile oauth2 refused the request (invalid_client, status 400)',
    )
  })

  test('a code that is the secret is left out as well', async () => {
    await using server = await serve(answer({ error: secret }, 400))
    expect(String(await errorOf(clientOf(server.origin).getToken()))).not.toContain(secret)
  })

  test('F-t_erresc: control characters, quotes and escapes are replaced', async () => {
    const error_description = 'no\r\nset-cookie: a\u001b[31mred "quoted" ü'
    await using server = await serve(answer({ error: 'invalid_scope', error_description }, 400))
    const error = await errorOf(clientOf(server.origin).getToken())
    expect(String(error)).toContain('(invalid_scope, status 400): no??set-cookie: a?[31mred "quoted" ?')
  })

  test('J-6: a long description is cut', async () => {
    await using server = await serve(answer({ error: 'invalid_scope', error_description: 'x'.repeat(100_000) }, 400))
    expect(String(await errorOf(clientOf(server.origin).getToken())).length).toBeLessThan(400)
  })
})

describe('unsupported', () => {
  test('a 204 without a body is no token', async () => {
    await using server = await serve((_, response) => void response.writeHead(204).end())
    expect(await errorOf(clientOf(server.origin).getToken())).toMatchObject({ code: 'invalid_response', status: 204 })
  })

  test('a JSON answer of another status than 200 is no token', async () => {
    await using server = await serve((_, response) => json(response, token, 201))
    expect(await errorOf(clientOf(server.origin).getToken())).toMatchObject({ code: 'invalid_response', status: 201 })
  })
})
