import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import { BearerError } from '../../src/errors.js'
import type { LoginOptions } from '../../src/login/types.js'
import {
  answerTo,
  appOrigin,
  appRequest,
  begin,
  logIn,
  loginAt,
  type ScriptedServer,
  startScripted,
} from './support/scripted.js'

let server: ScriptedServer

beforeEach(async () => {
  server = await startScripted()
})

afterEach(() => server[Symbol.asyncDispose]())

const onError: LoginOptions['onError'] = ({ code }) =>
  new Response(`<p>${code}`, { status: 200, headers: { 'content-type': 'text/html', 'x-own': 'yes' } })

const shown = async (answer: Response | undefined) => ({
  status: answer?.status,
  type: answer?.headers.get('content-type'),
  own: answer?.headers.get('x-own'),
  cached: answer?.headers.get('cache-control'),
  referrer: answer?.headers.get('referrer-policy'),
  body: await answer?.text(),
})

const page = {
  status: 200,
  type: 'text/html',
  own: 'yes',
  cached: 'no-store',
  referrer: 'no-referrer',
}

describe('a page of the app', () => {
  test('stands for a login that was refused, and ends its cookie', async () => {
    const login = loginAt(server, { onError })
    const begun = await begin(login)
    const { code: _, ...answer } = answerTo(server, begun)
    const query = new URLSearchParams({ ...answer, error: 'access_denied' })
    const request = appRequest(`/auth/callback?${query}`, { headers: { cookie: begun.cookie } })
    const answered = await login.handle(request)
    expect(answered?.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-session-login-.*Max-Age=0;/)])
    expect(await shown(answered)).toEqual({ ...page, body: '<p>access_denied' })
  })

  test('stands for a logout that failed, and the cookie goes all the same', async () => {
    const store = { ...memoryStore() }
    const login = loginAt(server, { onError, store })
    const { cookie } = await logIn(server, login)
    store.delete = () => Promise.reject(new Error('planted'))
    const request = appRequest('/auth/logout', { method: 'POST', headers: { cookie, origin: appOrigin } })
    const answered = await login.handle(request)
    expect(answered?.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-session=; Max-Age=0;/)])
    expect(await shown(answered)).toEqual({ ...page, body: '<p>temporarily_unavailable' })
  })

  test('stands for a login that cannot begin, to whoever loads a page, and to nobody else', async () => {
    const login = loginAt(server, { onError })
    server.metadata = { authorization_endpoint: undefined }
    const refusal = new BearerError({ code: 'missing_token', reason: 'nobody has logged in' })
    const headers = { accept: 'text/html' }
    expect(await shown(await login.answer(appRequest('/', { headers }), refusal))).toMatchObject({ own: 'yes' })
    expect((await login.answer(appRequest('/'), refusal)).status).toBe(401)
    // Not a request of fetch, so that no page of the app can be asked for.
    expect((await login.answer({ method: 'GET', url: '/', headers }, refusal)).headers.get('x-own')).toBeNull()
  })

  test('says itself what is to be cached, and sends each cookie once', async () => {
    const login = loginAt(server, {
      onError: (error) => {
        const answer = error.toResponse()
        answer.headers.set('cache-control', 'private')
        return new Response('<p>no', answer)
      },
    })
    const begun = await begin(login)
    const query = new URLSearchParams({ ...answerTo(server, begun), iss: 'https://another.example' })
    const request = appRequest(`/auth/callback?${query}`, { headers: { cookie: begun.cookie } })
    const answered = await login.handle(request)
    expect([answered?.headers.get('cache-control'), answered?.headers.getSetCookie().length]).toEqual(['private', 1])
  })
})
