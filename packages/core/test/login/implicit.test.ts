import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Login } from '../../src/login/types.js'
import {
  accessToken,
  answerTo,
  appRequest,
  begin,
  cookieOf,
  loginAt,
  redirectUri,
  refreshToken,
  refusalOf,
  type ScriptedServer,
  startScripted,
} from './support/scripted.js'

let server: ScriptedServer
let login: Login

beforeEach(async () => {
  server = await startScripted()
  login = loginAt(server, { responseMode: 'form_post', dangerouslyAllowImplicit: true })
})

afterEach(() => server[Symbol.asyncDispose]())

const atHash = createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')

/** A login whose answer holds the tokens. */
async function answered(claims: Readonly<Record<string, unknown>> = { at_hash: atHash }, more = {}) {
  const begun = await begin(login)
  const { state, iss } = answerTo(server, begun)
  const id_token = await server.sign(claims)
  const tokens = { access_token: accessToken, token_type: 'Bearer', expires_in: '600', id_token }
  const body = new URLSearchParams({ state, iss, ...tokens, ...more })
  return login.callback(appRequest('/auth/callback', { method: 'POST', body, headers: { cookie: begun.cookie } }))
}

test('a login by tokens in the answer asks for a form, and for no code', async () => {
  const { sent } = await begin(login)
  expect(Object.fromEntries(sent)).toEqual({
    client_id: 'app',
    response_type: 'id_token token',
    response_mode: 'form_post',
    redirect_uri: redirectUri,
    scope: 'openid',
    state: expect.any(String),
    nonce: expect.any(String),
  })
})

test('it is a session until the token ends; a refresh token that comes this way is not taken', async () => {
  const answer = await answered({ at_hash: atHash }, { refresh_token: refreshToken })
  const cookie = cookieOf(answer.headers.getSetCookie())
  const session = await login.session(appRequest('/', { headers: { cookie } }))
  const token = await session?.getToken()
  expect([token?.accessToken, token?.refreshToken]).toEqual([accessToken, undefined])
  expect((await session?.getToken({ forceRefresh: true }))?.accessToken).toBe(accessToken)
  expect(server.sent('/token')).toEqual([])
})

describe('it is refused', () => {
  test.for([
    ['without at_hash', {}],
    ['with another at_hash', { at_hash: 'another' }],
    ['with another nonce', { at_hash: atHash, nonce: 'another' }],
  ] as const)('%s', async ([, claims]) => {
    expect(await refusalOf(answered(claims))).toMatchObject({ code: 'invalid_response' })
  })

  test.for([{ code: 'planted' }, { access_token: '' }, { token_type: 'mac' }, { id_token: 'x.y.z' }])(
    'with %j',
    async (more) => {
      expect(await refusalOf(answered(undefined, more))).toMatchObject({ code: 'invalid_response' })
    },
  )

  test('where it may be in a URL', () => {
    expect(() => loginAt(server, { dangerouslyAllowImplicit: true })).toThrow(
      new TypeError("dangerouslyAllowImplicit needs responseMode: 'form_post': no token may be in a URL"),
    )
  })
})
