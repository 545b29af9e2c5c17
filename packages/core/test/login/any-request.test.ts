import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LoginEvent } from '../../src/login/events.js'
import type { Login } from '../../src/login/types.js'
import { appOrigin, appRequest, begin, loginAt, type ScriptedServer, startScripted } from './support/scripted.js'

let server: ScriptedServer
const logins: Login[] = []
const cookies: string[] = []
const events: LoginEvent[] = []

beforeAll(async () => {
  server = await startScripted()
  for (const responseMode of ['query', 'form_post'] as const) {
    const login = loginAt(server, { responseMode, onEvent: (event) => events.push(event) })
    logins.push(login)
    for (let i = 0; i < 3; i++) cookies.push((await begin(login)).cookie)
  }
})

afterAll(() => server[Symbol.asyncDispose]())

/** In everything that is sent, and in nothing that comes back. */
const planted = 'PLANTED'

const text = fc.oneof(
  fc.constantFrom('', 'null', '__proto__', '\r\n', '<script>', '%00', '\ufeff', '/', '//x', 'a'.repeat(5000)),
  fc.string(),
)
const name = fc.oneof(
  fc.constantFrom(
    'state',
    'code',
    'iss',
    'error',
    'id_token',
    'access_token',
    'logout_token',
    'returnTo',
    'everywhere',
  ),
  fc.string(),
)
const parameters = fc.array(
  fc
    .tuple(
      name,
      text.map((each) => planted + each),
    )
    .map(([key, value]): [string, string] => [key, value]),
  { maxLength: 6 },
)
const own = fc.constantFrom(
  '__Host-session',
  '__Host-session-login-AAAAAAAAAAAA',
  '__Secure-session-login-BBBBBBBBBBBB',
)
const cookie = fc.oneof(
  fc.nat(5).map((index) => cookies[index] ?? ''),
  fc.tuple(own, fc.string()).map(([key, value]) => `${key}=${planted}${value.replace(/[^\x20-\x7e]/g, '')}`),
)
const requests = fc.record({
  method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'DELETE'),
  path: fc.constantFrom('login', 'callback', 'logout', 'backchannel-logout', 'Login', 'callback/', ''),
  query: parameters,
  form: parameters,
  type: fc.constantFrom('application/x-www-form-urlencoded', 'application/json', 'text/plain'),
  cookies: fc.array(cookie, { maxLength: 4 }),
  origin: fc.constantFrom(appOrigin, 'null', 'https://evil.example'),
})

test('whatever is sent to the routes of a login is answered, and not repeated', async () => {
  await fc.assert(
    fc.asyncProperty(requests, fc.nat(1), async ({ method, path, query, form, type, cookies, origin }, which) => {
      const headers = { cookie: cookies.join('; '), 'content-type': type, origin }
      const body = ['GET', 'HEAD'].includes(method) ? null : String(new URLSearchParams(form))
      const request = appRequest(`/auth/${path}?${new URLSearchParams(query)}`, { method, headers, body })
      const answer = await logins[which]?.handle(request)
      expect(answer === undefined).toBe(['Login', 'callback/', ''].includes(path))
      if (answer === undefined) return
      expect([303, 400, 403, 405, 502]).toContain(answer.status)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const fields = [...answer.headers].filter(([field]) => field !== 'set-cookie')
      expect(JSON.stringify([fields, await answer.text()])).not.toContain(planted)
    }),
    { numRuns: 500 },
  )
  expect(JSON.stringify(events)).not.toContain(planted)
})
