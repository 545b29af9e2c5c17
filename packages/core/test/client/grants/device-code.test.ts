import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/cache/memory-store.js'
import type { TokenClientEvent } from '../../../src/client/events.js'
import { deviceCode } from '../../../src/client/grants/device-code.js'
import { createTokenClient } from '../../../src/client/token-client.js'
import { TokenRequestError } from '../../../src/errors.js'
import { clientOf, errorOf } from '../../support/client.js'
import { testClock } from '../../support/clock.js'
import { authorization, deviceOf, fails, granted, pending, serveDevices } from '../../support/device-server.js'
import { gate } from '../../support/gate.js'
import { type Handler, json, serve } from '../../support/local-server.js'

const slowDown = fails('slow_down')
const unavailable = fails('temporarily_unavailable', 503)

/** The connection breaks before anything is answered. */
const broken: Handler = (_, response) => void response.destroy()

describe('a login with deviceCode()', () => {
  test('shows the code, asks at the interval, and brings a token', async () => {
    const clock = testClock()
    await using server = await serveDevices(pending, pending, granted)
    const { client, shown, waits } = deviceOf(server, clock, { scope: 'read write' })
    const token = await client.getToken()
    expect(token).toMatchObject({ accessToken: expect.stringMatching(/^token-/), scope: 'read write' })
    expect(shown).toEqual([
      {
        userCode: 'WDJB-MJHT',
        verificationUri: 'https://as.example/device',
        verificationUriComplete: 'https://as.example/device?user_code=WDJB-MJHT',
        expiresAt: 1_800_000_600,
        signal: expect.any(AbortSignal),
      },
    ])
    expect(waits).toEqual([5, 5, 5])
    expect(server.sent('poll').map((sent) => Object.fromEntries(sent))).toEqual(
      Array(3).fill({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: 'planted-device-code',
      }),
    )
    expect(shown[0]?.signal.aborted, 'the code is to be taken off the screen').toBe(true)
  })

  test.for([
    ['an interval', { interval: 2 }, [pending, granted], [2, 2]],
    ['no interval', { interval: undefined }, [pending, granted], [5, 5]],
    ['no interval to speak of', { interval: 0 }, [pending, granted], [1, 1]],
    ['slow_down', {}, [slowDown, pending, slowDown, pending, granted], [5, 10, 10, 15, 15]],
    ['slow_down and no connection', {}, [slowDown, broken, broken, pending, granted], [5, 10, 20, 40, 10]],
    ['an outage', {}, [broken, unavailable, broken, broken, broken, granted], [5, 10, 20, 40, 60, 60]],
    ['a longer interval than the longest pause', { interval: 90 }, [broken, granted], [90, 90]],
    ['Retry-After', {}, [fails('temporarily_unavailable', 503, { 'retry-after': '77' }), granted], [5, 77]],
    ['a rate limit', {}, [fails('slow_down', 429), granted], [5, 10]],
  ] as const)('with %s waits as RFC 8628 §3.5 says', async ([, members, polls, expected]) => {
    await using server = await serveDevices(...polls)
    server.authorize = (_, response) => json(response, { ...authorization, ...members })
    const { client, waits } = deviceOf(server, testClock())
    await client.getToken()
    expect(waits.map(Math.round)).toEqual(expected)
  })

  test('an answer that does not come in time is no end', async () => {
    await using server = await serveDevices(() => undefined, granted)
    const { client, waits } = deviceOf(server, testClock(), { timeout: 0.1 })
    await client.getToken()
    expect(waits).toEqual([5, 10])
  })

  test.for([
    ['says no', fails('access_denied'), 'access_denied'],
    ['comes too late, the server says', fails('expired_token'), 'expired_token'],
    ['comes too late', pending, 'expired_token'],
    ['is waited for by a client that is refused', fails('invalid_client', 401), 'invalid_client'],
    ['has a code that nobody knows', fails('invalid_grant'), 'invalid_grant'],
    ['is met by nonsense', (_: unknown, response: Parameters<Handler>[1]) => json(response, []), 'invalid_response'],
  ] as const)('a person who %s ends it with a typed error', async ([, poll, code]) => {
    await using server = await serveDevices(pending, poll)
    const { client, shown, waits } = deviceOf(server, testClock())
    const error = await errorOf(client.getToken())
    expect(error).toBeInstanceOf(TokenRequestError)
    expect(error).toMatchObject({ code, retryable: false })
    expect(shown[0]?.signal.aborted).toBe(true)
    expect(waits.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(600)
  })

  test('a code that lives for days is given up after an hour', async () => {
    const clock = testClock()
    await using server = await serveDevices(pending)
    server.authorize = (_, response) => json(response, { ...authorization, expires_in: 1e12, interval: 900 })
    const { client, shown, waits } = deviceOf(server, clock)
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'expired_token' })
    expect(shown[0]?.expiresAt).toBe(1_800_003_600)
    expect(waits).toEqual([900, 900, 900, 900])
  })

  test('an interval longer than the life of the code is cut', async () => {
    await using server = await serveDevices(granted)
    server.authorize = (_, response) => json(response, { ...authorization, interval: 1e9 })
    const { client, waits } = deviceOf(server, testClock())
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'expired_token' })
    expect(waits).toEqual([600])
  })

  test.for([
    [
      'throws',
      () => {
        throw new Error('planted')
      },
    ],
    ['rejects', () => Promise.reject(new Error('planted'))],
  ] as const)('a show that %s is grant_failed', async ([, show]) => {
    await using server = await serveDevices(pending)
    const forever = (_: number, signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const { client } = deviceOf(server, testClock(), {}, { show, wait: forever })
    const error = await errorOf(client.getToken())
    expect(error).toMatchObject({ code: 'grant_failed' })
    expect(inspect(error)).not.toContain('planted')
    expect(server.sent('poll')).toEqual([])
  })

  test('a show that goes on until the code is off the screen holds nothing up', async () => {
    await using server = await serveDevices(granted)
    let off = false
    const show = ({ signal }: { readonly signal: AbortSignal }) =>
      new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => {
          off = true
          resolve()
        }),
      )
    const { client } = deviceOf(server, testClock(), {}, { show })
    await client.getToken()
    expect(off).toBe(true)
  })

  test('a wait that fails is grant_failed', async () => {
    await using server = await serveDevices(granted)
    const wait = () => Promise.reject(new Error('planted'))
    const { client } = deviceOf(server, testClock(), {}, { wait })
    expect(await errorOf(client.getToken())).toMatchObject({
      code: 'grant_failed',
      message: expect.stringContaining('wait'),
    })
  })

  test('close() ends it at once', async () => {
    await using server = await serveDevices(pending)
    // The real timer: it would be over in an hour.
    server.authorize = (_, response) => json(response, { ...authorization, expires_in: 3600, interval: 3600 })
    const ended: unknown[] = []
    const { opened: shown, open } = gate()
    const show = ({ signal }: { readonly signal: AbortSignal }) => {
      signal.addEventListener('abort', () => ended.push('off'))
      open()
    }
    const { client } = deviceOf(server, testClock(), {}, { show, wait: undefined })
    const waiting = errorOf(client.getToken())
    await shown
    client.close()
    expect(await waiting).toMatchObject({ code: 'client_closed' })
    expect(ended).toEqual(['off'])
    expect(server.sent('poll')).toEqual([])
  })
})

describe('while a person is waited for', () => {
  test('all who ask wait with them, and one code is shown', async () => {
    const clock = testClock()
    await using server = await serveDevices(pending, granted)
    const { client, shown } = deviceOf(server, clock)
    const tokens = await Promise.all(Array.from({ length: 50 }, () => client.getToken()))
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1)
    expect(shown.length).toBe(1)
    expect(server.sent('authorize').length).toBe(1)
  })

  test('who gives up leaves, and the login goes on', async () => {
    const login = gate()
    await using server = await serveDevices(granted)
    const { client, shown } = deviceOf(server, testClock(), {}, { wait: () => login.opened })
    const leaving = new AbortController()
    const left = errorOf(client.getToken({ signal: leaving.signal }))
    const staying = client.getToken()
    await server.received(1)
    leaving.abort(new Error('no time'))
    expect(await left).toMatchObject({ message: 'no time' })
    login.open()
    await staying
    expect(shown.length).toBeLessThanOrEqual(1)
    expect(server.sent('authorize').length).toBe(1)
  })

  test('revoke() does not wait with them', async () => {
    const login = gate()
    await using server = await serveDevices(granted)
    const { client } = deviceOf(server, testClock(), {}, { wait: () => login.opened })
    const waiting = client.getToken()
    await server.received(1)
    await client.revoke()
    login.open()
    await waiting
  })
})

describe('after a login', () => {
  test('the refresh token renews, and nobody is asked again', async () => {
    const clock = testClock()
    await using server = await serveDevices(granted)
    const { client, shown } = deviceOf(server, clock, { scope: 'read' })
    const first = await client.getToken()
    clock.advance(301)
    const second = await client.getToken()
    clock.advance(301)
    await client.getToken()
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(second.scope).toBe('read')
    expect(server.sent('refresh').length).toBe(2)
    expect(shown.length).toBe(1)
  })

  test('another process goes on with what is stored', async () => {
    const clock = testClock()
    const cache = memoryStore()
    await using server = await serveDevices(granted)
    await deviceOf(server, clock, { cache }).client.getToken()
    clock.advance(301)
    const { client, shown } = deviceOf(server, clock, { cache })
    await client.getToken()
    expect(shown).toEqual([])
    expect(server.sent('refresh').length).toBe(1)
  })

  test('a refresh token that has ended is found out behind the scenes; a code is shown only when the token is over', async () => {
    const clock = testClock()
    await using server = await serveDevices(granted)
    const { opened: failed, open } = gate()
    let failures = 0
    const onEvent = ({ type }: TokenClientEvent): void => {
      if (type === 'failed') failures++
      if (type === 'failed') open()
    }
    const { client, shown } = deviceOf(server, clock, { onEvent })
    const first = await client.getToken()
    server.refresh = fails('invalid_grant')
    clock.advance(290)
    expect((await client.getToken()).accessToken).toBe(first.accessToken)
    await failed
    expect(server.sent('refresh').length).toBe(1)
    clock.advance(5)
    // Nothing can be renewed without a person: nobody is asked for it, and nothing is sent.
    expect((await client.getToken()).accessToken).toBe(first.accessToken)
    expect(shown.length).toBe(1)
    clock.advance(6)
    expect((await client.getToken()).accessToken).not.toBe(first.accessToken)
    expect(shown.length).toBe(2)
    expect(server.sent('refresh').length).toBe(1)
    expect(failures).toBe(1)
  })

  test('a refresh token that has ended with its token leads to a new login at once', async () => {
    const clock = testClock()
    await using server = await serveDevices(granted)
    const { client, shown } = deviceOf(server, clock)
    await client.getToken()
    server.refresh = fails('invalid_grant')
    clock.advance(301)
    await client.getToken()
    expect(shown.length).toBe(2)
  })

  test('a turn that never comes is waited for as long as for any other grant', async () => {
    const clock = testClock()
    const store = memoryStore()
    await using server = await serveDevices(granted)
    await deviceOf(server, clock, { cache: store }).client.getToken()
    clock.advance(301)
    const { get, set, delete: remove } = store
    const cache = { get, set, delete: remove, lock: async () => undefined }
    const { client, shown } = deviceOf(server, clock, { cache, timeout: 0.05 })
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'timeout' })
    expect(shown).toEqual([])
    expect(server.sent('refresh')).toEqual([])
  })

  test('without a refresh token a live token is served to its end', async () => {
    const clock = testClock()
    await using server = await serveDevices((_, response) =>
      json(response, { access_token: 'only-one', token_type: 'Bearer', expires_in: 300 }),
    )
    const told = new Set<string>()
    const { client, shown } = deviceOf(server, clock, { onEvent: ({ type }) => told.add(type) })
    for (let age = 0; age < 300; age += 10) {
      await client.getToken()
      clock.advance(10)
    }
    expect(shown.length).toBe(1)
    expect([...told]).toEqual(['acquired', 'hit'])
    await client.getToken()
    expect(shown.length).toBe(2)
  })

  test.for(['a caller who insists', 'an API that refuses the token'])('%s is reason enough to ask', async (who) => {
    await using server = await serveDevices((_, response, index) =>
      json(response, { access_token: `token-${index}`, token_type: 'Bearer', expires_in: 300 }),
    )
    const seen: (string | undefined)[] = []
    await using api = await serve(({ headers }, response, index) => {
      seen.push(headers.authorization)
      json(response, {}, index === 0 ? 401 : 200)
    })
    const { client, shown } = deviceOf(server, testClock(), { allowedOrigins: [api.origin] })
    const first = await client.getToken()
    if (who === 'a caller who insists') await client.getToken({ forceRefresh: true })
    else expect((await client.fetch(api.origin)).status).toBe(200)
    expect(shown.length).toBe(2)
    expect((await client.getToken()).accessToken).not.toBe(first.accessToken)
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('after a no, or when nobody came, the next call may ask again', async () => {
    const clock = testClock()
    await using server = await serveDevices(fails('access_denied'), granted)
    const { client, shown } = deviceOf(server, clock)
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'access_denied' })
    expect(await errorOf(client.getToken())).toMatchObject({ code: 'access_denied' })
    expect(shown.length).toBe(1)
    clock.advance(1)
    await client.getToken()
    expect(shown.length).toBe(2)
  })
})

describe('what a device authorization request says', () => {
  test('is all that is wished for, as the client', async () => {
    await using server = await serveDevices(granted)
    const { client } = deviceOf(server, testClock(), {
      scope: 'read write',
      resource: ['https://a.example/', 'https://b.example/'],
      audience: 'api',
      parameters: { tenant: 'blue' },
    })
    await client.getToken()
    const [begun] = server.sent('authorize')
    expect([...(begun ?? [])]).toEqual([
      ['client_id', 'device'],
      ['scope', 'read write'],
      ['resource', 'https://a.example/'],
      ['resource', 'https://b.example/'],
      ['audience', 'api'],
      ['tenant', 'blue'],
    ])
    expect(server.requests[0]?.headers.authorization).toMatch(/^Basic /)
    const [polled] = server.sent('poll')
    expect(polled?.getAll('resource')).toEqual(['https://a.example/', 'https://b.example/'])
    expect(polled?.has('scope'), 'RFC 8628 §3.4 has none').toBe(false)
  })

  test.for<readonly [string, string, Handler]>([
    ['is refused', 'invalid_client', fails('invalid_client', 401)],
    ['asks for what is not to be had', 'invalid_scope', fails('invalid_scope')],
    ['finds the server down', 'server_error', fails('oops', 500)],
    ['is lost', 'network_error', broken],
    ['is sent elsewhere', 'redirect_refused', (_, response) => void response.writeHead(302, { location: '/' }).end()],
    ['is answered by an error inside a 200', 'access_denied', fails('access_denied', 200)],
  ])('that %s is %s, and no code is shown', async ([, code, authorize]) => {
    await using server = await serveDevices(granted)
    server.authorize = authorize
    const { client, shown } = deviceOf(server, testClock())
    expect(await errorOf(client.getToken())).toMatchObject({ code })
    expect(shown).toEqual([])
    expect(server.sent('poll')).toEqual([])
  })
})

describe('the codes', () => {
  test.for([
    ['the device code', authorization.device_code],
    ['the code for the person', authorization.user_code],
    ['the address with the code', authorization.verification_uri_complete],
    ['the code in small letters', authorization.user_code.toLowerCase()],
  ])('reach no error and no event: %s', async ([, code]) => {
    const told: unknown[] = []
    const telling: Handler = (_, response) =>
      json(response, { ...authorization, error: 'access_denied', error_description: `not with ${code}` }, 400)
    await using server = await serveDevices(telling)
    const onEvent = (event: TokenClientEvent): void => void told.push(event)
    const denied = await errorOf(deviceOf(server, testClock(), { onEvent }).client.getToken())
    server.authorize = telling
    const refused = await errorOf(deviceOf(server, testClock(), { onEvent }).client.getToken())
    const printed = inspect([denied, refused, told], { depth: 9, showHidden: true, getters: true })
    expect(printed).not.toMatch(/planted|WDJB|user_code=|not with/i)
    expect(told.length).toBe(2)
  })
})

describe('people', () => {
  test('are told apart by their identity, where each call names theirs', async () => {
    const clock = testClock()
    await using server = await serveDevices(granted)
    const { client } = deviceOf(server, clock)
    const shown: string[] = []
    const grantOf = (identity: string) =>
      deviceCode({ identity, show: () => shown.push(identity), wait: async (seconds) => clock.advance(seconds) })
    const ada = await client.getToken({ grant: grantOf('ada') })
    const grace = await client.getToken({ grant: grantOf('grace') })
    const again = await client.getToken({ grant: grantOf('ada') })
    expect(again.accessToken).toBe(ada.accessToken)
    expect(grace.accessToken).not.toBe(ada.accessToken)
    expect(shown).toEqual(['ada', 'grace'])
  })
})

describe('deviceCode()', () => {
  test.for([
    // @ts-expect-error what a caller without types may do
    ['nothing', () => deviceCode()],
    // @ts-expect-error what a caller without types may do
    ['no show', () => deviceCode({})],
    ['an empty identity', () => deviceCode({ show: () => undefined, identity: '' })],
    // @ts-expect-error what a caller without types may do
    ['a wait that is none', () => deviceCode({ show: () => undefined, wait: 5 })],
  ] as const)('refuses %s', ([, make]) => {
    expect(make).toThrow(TypeError)
  })

  test('needs a server that has a device authorization endpoint', async () => {
    const grant = deviceCode({ show: () => undefined })
    expect(() => clientOf('https://as.example', { grant })).toThrow('deviceAuthorizationEndpoint')
  })

  test.for([
    ['in its metadata', 'device_authorization_endpoint', undefined],
    ['in no metadata', 'x', 'invalid_metadata'],
  ] as const)('finds it %s', async ([, name, code]) => {
    await using server = await serveDevices(granted)
    await using issuer = await serve((_, response) =>
      json(response, {
        issuer: issuer.origin,
        token_endpoint: `${server.origin}/token`,
        [name]: `${server.origin}/device_authorization`,
      }),
    )
    const grant = deviceCode({ show: () => undefined, wait: async () => undefined })
    const client = createTokenClient({
      issuer: issuer.origin,
      endpointOrigins: [server.origin],
      clientId: 'device',
      clientSecret: 'secret',
      grant,
    })
    if (code === undefined) await client.getToken()
    else expect(await errorOf(client.getToken())).toMatchObject({ code })
  })
})
