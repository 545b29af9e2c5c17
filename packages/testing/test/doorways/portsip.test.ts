import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuthorizationServer, type PortsipDoorway, startAuthorizationServer } from '../../src/index.js'
import { introspect, members, type Seen, send, sendForm, sendJson, textMember } from '../support.js'

let server: AuthorizationServer
let portsip: PortsipDoorway

beforeAll(async () => {
  server = await startAuthorizationServer({ profiles: ['portsip'] })
  portsip = server.doorways.portsip
})

beforeEach(() => Object.assign(portsip.answers, { expiry: 'expires_in', refreshToken: 'refresh_token' }))

afterAll(() => server.close())

const at = (path: string): string => `${portsip.base}/auth/${path}`
const signIn = (change: Readonly<Record<string, unknown>> = {}): Promise<Seen> => {
  const { username, password } = portsip.user
  return sendJson('POST', at('sign_in'), { username, password, ...change })
}
const refresh = (refresh_token: string): Promise<Seen> => sendJson('POST', at('refresh_token'), { refresh_token })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('signing in', () => {
  test('stands at the documented path', () => {
    expect(portsip.base).toBe(`${portsip.issuer}/api`)
    expect(portsip.tokenEndpoint).toBe(at('sign_in'))
  })

  test('answers the documented members and no others', async () => {
    const { status, headers, body } = await signIn()
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/json' })
    expect(members(body)).toEqual({
      token_type: 'Bearer',
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      expires_in: 3600,
    })
  })

  test.for([{ domain: 'example.test' }, { domain: null }])('takes %j, too', async (domain) => {
    expect((await signIn(domain)).status).toBe(200)
  })

  test('tells the lifetime as a point in time where it is told to', async () => {
    portsip.answers.expiry = 'expires_at'
    const answer = members((await signIn()).body)
    expect(answer).toHaveProperty('expires_at', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/))
    expect(answer).not.toHaveProperty('expires_in')
    const { exp } = await introspect(portsip, String(answer.access_token))
    expect(Math.abs(Date.parse(String(answer.expires_at)) / 1000 - Number(exp))).toBeLessThanOrEqual(1)
  })

  test('misspells the refresh token where it is told to', async () => {
    portsip.answers.refreshToken = 'refresh_tokne'
    const answer = members((await signIn()).body)
    expect(answer).toHaveProperty('refresh_tokne', expect.any(String))
    expect(answer).not.toHaveProperty('refresh_token')
  })

  test('can be told so at the start, without touching the options', async () => {
    const options = { profiles: ['portsip'], portsip: { expiry: 'expires_at' } } as const
    await using own = await startAuthorizationServer(options)
    const { answers } = own.doorways.portsip
    expect(answers).toEqual({ expiry: 'expires_at', refreshToken: 'refresh_token' })
    answers.expiry = 'expires_in'
    expect(options.portsip.expiry).toBe('expires_at')
  })

  test('stops at the second factor with a handle that is no token', async () => {
    const { username, password } = portsip.twoFactorUser
    const { status, body } = await signIn({ username, password })
    expect(status).toBe(200)
    expect(members(body)).toEqual({ two_factor_enabled: true, token: expect.any(String) })
    expect(await introspect(portsip, textMember(body, 'token'))).toEqual({ active: false })
    expect((await send('GET', at('user'), bearer(textMember(body, 'token')))).status).toBe(401)
  })

  test('does not tell a stranger about the second factor', async () => {
    const { username } = portsip.twoFactorUser
    expect((await signIn({ username, password: 'wrong' })).status).toBe(400)
  })
})

describe('the token', () => {
  test.for(['user', 'limitedUser'] as const)('is introspected with the role of the %s', async (who) => {
    const { username, password, role } = portsip[who]
    const { body } = await signIn({ username, password })
    expect(await introspect(portsip, textMember(body, 'access_token'))).toMatchObject({
      active: true,
      sub: username,
      role,
      aud: server.audience,
      iss: portsip.issuer,
      exp: expect.any(Number),
    })
  })

  test('shows who it belongs to', async () => {
    const { body } = await signIn()
    const { status, body: user } = await send('GET', at('user'), bearer(textMember(body, 'access_token')))
    expect(status).toBe(200)
    expect(members(user)).toEqual({ name: 'ada', role: 'admin', domain: null, email: null })
  })
})

describe('refreshing', () => {
  test('answers a full set and rotates', async () => {
    const first = members((await signIn()).body)
    const second = await refresh(String(first.refresh_token))
    expect(second.status).toBe(200)
    const set = members(second.body)
    expect(Object.keys(set)).toEqual(['token_type', 'access_token', 'refresh_token', 'expires_in'])
    expect(set.access_token).not.toBe(first.access_token)
    expect(set.refresh_token).not.toBe(first.refresh_token)
    expect(await introspect(portsip, String(set.access_token))).toMatchObject({ active: true, role: 'admin' })
  })

  test('refuses a refresh token that was used', async () => {
    const first = textMember((await signIn()).body, 'refresh_token')
    const second = textMember((await refresh(first)).body, 'refresh_token')
    const again = await refresh(first)
    expect(again.status).toBe(401)
    expect(members(again.body)).toEqual({ errors: [{ code: 'UNAUTHORIZED', message: expect.any(String) }] })
    // Somebody else has it (RFC 9700 §4.14): the whole session ends.
    expect((await refresh(second)).status).toBe(401)
  })

  test('lets one of two at the same moment through', async () => {
    const token = textMember((await signIn()).body, 'refresh_token')
    portsip.clearRequests()
    const hold = portsip.hold('refresh')
    const both = [refresh(token), refresh(token)]
    await portsip.received('refresh', 2)
    hold.release()
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 401])
  })
})

describe('signing out', () => {
  test('ends the token and its refresh token', async () => {
    const set = members((await signIn()).body)
    const token = String(set.access_token)
    const out = await send('POST', at('sign_out'), bearer(token))
    expect({ status: out.status, body: out.body }).toEqual({ status: 200, body: '' })
    expect(await introspect(portsip, token)).toEqual({ active: false })
    expect((await refresh(String(set.refresh_token))).status).toBe(401)
    expect((await send('POST', at('sign_out'), bearer(token))).status).toBe(401)
  })

  test('leaves other sessions alone', async () => {
    const [one, other] = [await signIn(), await signIn()].map(({ body }) => textMember(body, 'access_token'))
    await send('POST', at('sign_out'), bearer(String(one)))
    expect(await introspect(portsip, String(other))).toMatchObject({ active: true })
  })
})

describe('refuses', () => {
  const errors = (code: string) => ({ errors: [{ code, message: expect.any(String) }] })

  test.for<[what: string, status: number, code: string, change: Readonly<Record<string, unknown>>]>([
    ['a wrong password', 400, 'UNAUTHORIZED', { password: 'wrong' }],
    ['an unknown user', 400, 'UNAUTHORIZED', { username: 'nobody' }],
    ['a name of the prototype', 400, 'UNAUTHORIZED', { username: '__proto__' }],
    ['no password', 400, 'INVALID_ARGUMENT', { password: undefined }],
    ['null for a password', 400, 'INVALID_ARGUMENT', { password: null }],
    ['a number for a user', 400, 'INVALID_ARGUMENT', { username: 7 }],
    ['an unknown member', 400, 'INVALID_ARGUMENT', { grant_type: 'password' }],
  ])('%s by %i %s', async ([, status, code, change]) => {
    const answer = await signIn(change)
    expect({ status: answer.status, body: members(answer.body) }).toEqual({ status, body: errors(code) })
  })

  test('a form', async () => {
    const { status, body } = await sendForm(at('sign_in'), { username: 'ada', password: 'x' })
    expect({ status, body: members(body) }).toEqual({ status: 415, body: errors('INVALID_REQUEST') })
  })

  test.for(['user', 'sign_out'])('%s without a token', async (path) => {
    const { status, body } = await send(path === 'user' ? 'GET' : 'POST', at(path))
    expect({ status, body: members(body) }).toEqual({ status: 401, body: errors('UNAUTHORIZED') })
  })

  test('an expired token', async () => {
    const token = await portsip.issue({ expiresIn: -1 })
    expect((await send('GET', at('user'), bearer(token))).status).toBe(401)
  })

  test('another method and another path', async () => {
    const wrong = await send('PUT', at('sign_in'))
    expect({ status: wrong.status, allow: wrong.headers.allow }).toEqual({ status: 405, allow: 'POST' })
    const nowhere = await send('GET', at('nothing'))
    expect({ status: nowhere.status, body: members(nowhere.body) }).toEqual({ status: 404, body: errors('NOT_FOUND') })
  })
})
