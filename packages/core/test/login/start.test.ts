import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LoginError } from '../../src/login/login-error.js'
import { readReturnTo } from '../../src/login/return-to.js'
import type { Login } from '../../src/login/types.js'
import { secret } from '../support/client.js'
import { json } from '../support/local-server.js'
import {
  answerTo,
  appOrigin,
  appRequest,
  begin,
  comeBack,
  cookieOf,
  logIn,
  loginAt,
  redirectUri,
  refusalOf,
  type ScriptedServer,
  startScripted,
} from './support/scripted.js'

let server: ScriptedServer
let login: Login

beforeEach(async () => {
  server = await startScripted()
  login = loginAt(server)
})

afterEach(() => server[Symbol.asyncDispose]())

test('a login asks for what it was told to, and for what it was created with', async () => {
  const own = loginAt(server, {
    scope: 'accounts:read',
    resource: 'https://api.example',
    prompt: 'consent',
    loginHint: 'ada',
    parameters: { ui_locales: 'de' },
  })
  const { sent, response } = await begin(own, { acrValues: ['urn:a', 'urn:b'], maxAge: 300, prompt: 'login' })
  expect(response.status).toBe(303)
  expect(Object.fromEntries(sent)).toEqual({
    client_id: 'app',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid accounts:read',
    resource: 'https://api.example',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    max_age: '300',
    prompt: 'login',
    acr_values: 'urn:a urn:b',
    login_hint: 'ada',
    ui_locales: 'de',
  })
})

describe('a pushed request', () => {
  test('leaves the URL with nothing but its name', async () => {
    server.metadata = { pushed_authorization_request_endpoint: `${server.issuer}/par` }
    const { sent } = await begin(login)
    expect(Object.fromEntries(sent)).toEqual({ client_id: 'app', request_uri: 'urn:example:pushed' })
    const [pushed] = server.sent('/par')
    expect(pushed?.headers.authorization).toBe(`Basic ${btoa(`app:${secret}`)}`)
    expect(Object.fromEntries(new URLSearchParams(pushed?.body))).toMatchObject({
      client_id: 'app',
      response_type: 'code',
      code_challenge_method: 'S256',
    })
  })

  test.for([
    ['an error that repeats it', 400, { error: 'invalid_request', error_description: 'BODY' }, 'server_error'],
    ['an error of the client', 401, { error: 'invalid_client' }, 'server_error'],
    ['no name', 201, {}, 'invalid_response'],
    ['no text for a name', 201, { request_uri: 7 }, 'invalid_response'],
    ['a name with a line break', 201, { request_uri: 'urn:a\r\nb' }, 'invalid_response'],
    ['a name that is too long', 201, { request_uri: 'x'.repeat(3000) }, 'invalid_response'],
    ['a server that is busy', 503, {}, 'temporarily_unavailable'],
  ] as const)('that brings %s is told, and people stay here', async ([, status, answer, code]) => {
    server.metadata = { pushed_authorization_request_endpoint: `${server.issuer}/token` }
    server.tokenEndpoint = ({ body }, response) =>
      json(response, JSON.parse(JSON.stringify(answer).replace('BODY', body)), status)
    const error = await refusalOf(begin(login))
    expect(error.code).toBe(code)
    const sent = new URLSearchParams(server.sent('/token')[0]?.body)
    const shown = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error.answer)}`
    for (const name of ['state', 'nonce', 'code_challenge']) expect(shown).not.toContain(sent.get(name))
    expect(shown).not.toContain(secret)
  })

  test('goes to no origin that nobody named', async () => {
    server.metadata = { pushed_authorization_request_endpoint: 'http://127.0.0.1:1/par' }
    const { sent } = await begin(login)
    expect(sent.has('code_challenge')).toBe(true)
  })
})

test('people are sent to no origin that nobody named', async () => {
  server.metadata = { authorization_endpoint: 'http://127.0.0.1:1/authorize' }
  expect(await refusalOf(begin(login))).toMatchObject({ code: 'server_error', status: 502 })
  const named = loginAt(server, { endpointOrigins: ['http://127.0.0.1:1'] })
  expect((await begin(named)).location.origin).toBe('http://127.0.0.1:1')
})

test.for([['plain'], [], undefined])(
  'I-8: PKCE is by S256 though the server says it knows %j',
  async (code_challenge_methods_supported) => {
    server.metadata = { code_challenge_methods_supported }
    expect((await begin(login)).sent.get('code_challenge_method')).toBe('S256')
  },
)

describe('I-9: the code verifier', () => {
  test('is new for each login, 43 characters, and what the challenge is the digest of', async () => {
    const verifiers = new Set<string>()
    for (let i = 0; i < 5; i++) {
      const { cookie } = await logIn(server, login)
      expect(cookie).not.toBe('')
      const sent = new URLSearchParams(server.sent('/token').at(-1)?.body).get('code_verifier') ?? ''
      expect(sent).toMatch(/^[A-Za-z0-9._~-]{43,128}$/)
      verifiers.add(sent)
    }
    expect(verifiers.size).toBe(5)
  })

  test('is in no URL, and in no cookie as it is', async () => {
    const begun = await begin(login)
    await comeBack(login, answerTo(server, begun), begun.cookie)
    const verifier = new URLSearchParams(server.sent('/token').at(-1)?.body).get('code_verifier') ?? ''
    expect(verifier).not.toBe('')
    expect(`${begun.location} ${begun.setCookies} ${inspect(login, { depth: 9 })}`).not.toContain(verifier)
    const [state, nonce, secret] = [begun.sent.get('state'), begun.sent.get('nonce'), begun.cookie.split(/[=.]/)[1]]
    expect(new Set([state, nonce, secret, verifier]).size).toBe(4)
  })
})

test.for(['Host', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'Forwarded'])(
  'I-18: the redirect URI is the configured one whatever %s says',
  async (name) => {
    const request = new Request('https://evil.example/auth/login', { headers: { [name]: 'evil.example' } })
    const response = await login.handle(request)
    const sent = new URL(response?.headers.get('location') ?? '').searchParams
    expect(sent.get('redirect_uri')).toBe(redirectUri)
    const begun = { sent, cookie: cookieOf(response?.headers.getSetCookie() ?? []) }
    const answer = await comeBack(login, answerTo(server, { ...(await begin(login)), ...begun }), begun.cookie)
    expect(answer.headers.get('location')).toBe('/')
  },
)

describe('I-17: a return target', () => {
  test.for([
    '//evil.example',
    '\\\\evil.example',
    '/\\evil.example',
    '/%2f%2fevil.example',
    '/%2F/evil.example',
    '/%5cevil.example',
    'javascript:alert(1)',
    'https:evil.example',
    'https://evil.example',
    'https://app.example/accounts',
    '/\tevil.example',
    '/\t/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/\n/evil.example',
    'https://app.example@evil.example/',
    '@evil.example',
    '///evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e%2E//evil.example',
    '/../%5cevil.example',
    'evil.example',
    '',
    '/ä',
    `/${'a'.repeat(2000)}`,
  ])('%j is refused', async (returnTo) => {
    expect(await refusalOf(login.start(appRequest('/auth/login'), { returnTo }))).toMatchObject({
      code: 'invalid_request',
      status: 400,
    })
    const answer = await login.handle(appRequest(`/auth/login?returnTo=${encodeURIComponent(returnTo)}`))
    expect(answer?.status).toBe(400)
  })

  test.for(['/', '/accounts', '/accounts?page=2&sort=a%2Fb', '/a//b', '/a#b', '/%C3%A4', '/a?next=//x'])(
    '%j of this app is where a person goes',
    async (returnTo) => {
      const { answer } = await logIn(server, login, { returnTo })
      expect(answer.headers.get('location')).toBe(returnTo)
      expect(new URL(readReturnTo(returnTo, appOrigin), appOrigin).origin).toBe(appOrigin)
    },
  )
})

test('I-17: whatever return target is taken, a browser stays at this app', () => {
  const pieces = [
    '/',
    '\\',
    '%2f',
    '%5c',
    '//',
    '.',
    '..',
    '@',
    ':',
    '?',
    '#',
    '\t',
    '\n',
    ' ',
    'evil.example',
    'a',
    'https:',
  ]
  const target = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(target, (value) => {
      try {
        const taken = readReturnTo(value, appOrigin)
        const { origin, pathname } = new URL(taken, `${appOrigin}/auth/callback?code=x`)
        expect(origin).toBe(appOrigin)
        // Scripts take a path from where they are, and go to it.
        expect(new URL(pathname, appOrigin).origin).toBe(appOrigin)
        expect(taken).toBe(value)
      } catch (error) {
        if (!(error instanceof LoginError)) throw error
      }
    }),
    { numRuns: 2000 },
  )
})

test('on loopback over http a posted answer has a plain cookie, which browsers take as secure there', async () => {
  const own = loginAt(server, { redirectUri: 'http://127.0.0.1:3000/auth/callback', responseMode: 'form_post' })
  expect((await begin(own)).setCookies).toEqual([
    expect.stringMatching(
      /^session-3000-login-[\w-]{12}=\S+; Max-Age=600; Path=\/auth\/callback; HttpOnly; Secure; SameSite=None$/,
    ),
  ])
})

// A posted answer's cookie is set there, too: a page full of them would keep people from logging in.
test.for([
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }, false],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }, false],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' }, false],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' }, true],
  [{ 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'iframe' }, true],
  [{ 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document' }, true],
  [{ 'sec-fetch-site': 'cross-site' }, true],
  [{}, true],
] as const)('another site may link to a login, and not embed it: %j: %j', async ([headers, begins]) => {
  const own = loginAt(server, { responseMode: 'form_post' })
  const answer = await own.handle(appRequest('/auth/login', { headers }))
  expect([answer?.status, answer?.headers.getSetCookie().length]).toEqual(begins ? [303, 1] : [403, 0])
})

describe('tabs', () => {
  test('log in at the same time', async () => {
    const first = await begin(login, { returnTo: '/first' })
    const second = await begin(login, { returnTo: '/second' }, first.cookie)
    const both = `${first.cookie}; ${second.cookie}`
    expect((await comeBack(login, answerTo(server, second), both)).headers.get('location')).toBe('/second')
    expect((await comeBack(login, answerTo(server, first), both)).headers.get('location')).toBe('/first')
  })

  test('are five at most: the oldest make room', async () => {
    let now = Date.now()
    const own = loginAt(server, { now: () => now })
    const cookies: string[] = []
    for (let i = 0; i < 5; i++) {
      now += 1000
      cookies.push((await begin(own, {}, cookies.join('; '))).cookie)
    }
    now += 1000
    const { setCookies } = await begin(own, {}, cookies.join('; '))
    expect(setCookies).toHaveLength(2)
    expect(setCookies[1]).toBe(`${cookies[0]?.split('=', 1)}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax`)
  })
})

test('what a login asks for that is malformed is a LoginError', async () => {
  for (const options of [{ maxAge: -1 }, { scope: 'a"b' }, { resource: 'no uri' }, { acrValues: [] }]) {
    expect(await refusalOf(begin(login, options))).toMatchObject({ code: 'invalid_request' })
  }
})

test('a failure that nobody foresaw is told without its text', async () => {
  const clock = { now: Date.now }
  const own = loginAt(server, { now: () => clock.now() })
  clock.now = () => {
    throw new Error('planted-secret')
  }
  const error = await refusalOf(begin(own))
  expect(error).toMatchObject({ code: 'server_error', status: 502 })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('planted')
})

test('a server that is down is told as such', async () => {
  await server[Symbol.asyncDispose]()
  expect(await refusalOf(begin(login))).toMatchObject({ code: 'temporarily_unavailable', status: 503 })
  server = await startScripted()
})
