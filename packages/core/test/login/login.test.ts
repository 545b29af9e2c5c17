import { createUserAgent } from '@auth/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BearerError } from '../../src/errors.js'
import { errorOf } from '../support/client.js'
import { type App, startApp } from './support/app.js'

let app: App

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

describe('a person who logs in', () => {
  test('comes back to where they wanted to go, and has a session', async () => {
    const { agent, answer } = await app.logIn({ path: '/auth/login?returnTo=/accounts%3Fpage%3D2' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/accounts?page=2'])
    const session = await (await agent.fetch(`${app.origin}/session`)).json()
    expect(session).toMatchObject({
      issuer: app.server.issuer,
      subject: 'ada',
      scopes: ['accounts:read'],
      claims: { name: 'Ada Lind' },
    })
  })

  test('is answered as somebody with the same bearer token is', async () => {
    const { agent } = await app.logIn()
    const answer = await agent.fetch(`${app.origin}/accounts`)
    expect(await answer.json()).toEqual({ subject: 'ada', scopes: ['accounts:read'] })
  })

  test('is out after a logout', async () => {
    const { agent } = await app.logIn()
    const answer = await agent.fetch(`${app.origin}/auth/logout`, { method: 'POST', headers: { origin: app.origin } })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringContaining('/session/end?')])
    expect(await (await agent.fetch(`${app.origin}/session`)).json()).toBeNull()
  })
})

describe('whoever has not logged in', () => {
  test('gets a 401 with the challenge of the API', async () => {
    const answer = await fetch(`${app.origin}/accounts`)
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api"'])
  })

  test('is sent to log in where a page is loaded, and comes back to it', async () => {
    const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
    const request = new Request(`${app.origin}/accounts?page=2`, { headers })
    const refused = await errorOf(app.login.authenticate(request))
    if (!(refused instanceof BearerError)) throw refused
    const sent = await app.login.answer(request, refused)
    expect(sent.status).toBe(303)
    const { url } = await createUserAgent().logIn(sent.headers.get('location') ?? '', { person: app.server.people.ada })
    const cookie = sent.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const answer = await app.login.callback(new Request(url, { headers: { cookie } }))
    expect(answer.headers.get('location')).toBe('/accounts?page=2')
  })
})
