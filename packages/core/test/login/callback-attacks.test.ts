import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { TokenStore } from '../../src/cache/store.js'
import type { Login } from '../../src/login/types.js'
import {
  answerTo,
  appRequest,
  begin,
  code,
  comeBack,
  logIn,
  loginAt,
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

describe('I-1: a state', () => {
  test.for([
    ['missing', () => ({})],
    ['empty', () => ({ state: '' })],
    ['wrong', () => ({ state: 'a'.repeat(43) })],
    ['one letter off', (state: string) => ({ state: `${state.slice(0, -1)}${state.endsWith('A') ? 'E' : 'A'}` })],
  ] as const)('that is %s is refused', async ([, bend]) => {
    const begun = await begin(login)
    const { state, ...answer } = answerTo(server, begun)
    const error = await refusalOf(comeBack(login, { ...answer, ...bend(state) }, begun.cookie))
    expect(error).toMatchObject({ code: 'invalid_transaction', status: 400 })
    expect(server.sent('/token')).toEqual([])
  })

  test('of a login that another browser began is refused', async () => {
    const [mine, theirs] = [await begin(login), await begin(login)]
    const error = await refusalOf(comeBack(login, answerTo(server, theirs), mine.cookie))
    expect(error).toMatchObject({ code: 'invalid_transaction' })
  })

  test('is good once, though the browser still has its cookie', async () => {
    const begun = await begin(login)
    const answer = answerTo(server, begun)
    await comeBack(login, answer, begun.cookie)
    const error = await refusalOf(comeBack(login, { ...answer, code: 'another' }, begun.cookie))
    expect(error).toMatchObject({ code: 'invalid_transaction', reason: 'this login was finished before' })
    expect(server.sent('/token')).toHaveLength(1)
  })

  test('is good once among answers that come at the same moment', async () => {
    const begun = await begin(login)
    const answer = answerTo(server, begun)
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => comeBack(login, answer, begun.cookie)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(server.sent('/token')).toHaveLength(1)
  })

  test('is good for ten minutes', async () => {
    let now = Date.now()
    const slow = loginAt(server, { now: () => now })
    const begun = await begin(slow)
    now += 601_000
    const error = await refusalOf(comeBack(slow, answerTo(server, begun), begun.cookie))
    expect(error).toMatchObject({ code: 'invalid_transaction' })
    // A cookie says what somebody wrote into it: what was used need not be remembered for longer either.
    const forever = begun.cookie.replace(/\.\d+\./, '.99999999999.')
    expect(forever).not.toBe(begun.cookie)
    expect(await refusalOf(comeBack(slow, answerTo(server, begun), forever))).toMatchObject({
      code: 'invalid_transaction',
    })
  })
})

describe('I-2: a parameter that is there twice is refused', () => {
  test.for([
    ['state=a&state=b', 'invalid_request'],
    ['state={state}&state={state}&code={code}&iss={iss}', 'invalid_request'],
    ['state={state}&code={code}&code={code}&iss={iss}', 'invalid_request'],
    ['state={state}&code={code}&iss={iss}&iss={iss}', 'invalid_request'],
    ['state[]={state}&code={code}&iss={iss}', 'invalid_transaction'],
  ] as const)('%s', async ([query, expected]) => {
    const begun = await begin(login)
    const { state, iss } = answerTo(server, begun)
    const filled = query.replaceAll('{state}', state).replaceAll('{iss}', iss).replaceAll('{code}', code)
    expect((await refusalOf(comeBack(login, filled, begun.cookie))).code).toBe(expected)
    expect(server.sent('/token')).toEqual([])
  })
})

describe('I-3: an error is told', () => {
  test('with its state, and ends the login', async () => {
    const begun = await begin(login, { returnTo: '/accounts' })
    const { code: _, ...answer } = answerTo(server, begun)
    const error = await refusalOf(comeBack(login, { ...answer, error: 'access_denied' }, begun.cookie))
    expect(error).toMatchObject({ code: 'access_denied', status: 403, returnTo: '/accounts' })
    expect(error.toResponse().headers.get('set-cookie')).toMatch(/^__Host-session-login-\S+=; Max-Age=0; Path=\//)
  })

  test('and costs no memory: anybody can make one', async () => {
    const memory = memoryStore()
    const kept: string[] = []
    const set: TokenStore['set'] = (key, ...rest) => {
      kept.push(key)
      return memory.set(key, ...rest)
    }
    const own = loginAt(server, { store: { ...memory, set } })
    const begun = await begin(own)
    const { code: _, ...answer } = answerTo(server, begun)
    await refusalOf(comeBack(own, { ...answer, error: 'access_denied' }, begun.cookie))
    expect(kept).toEqual([])
  })

  test('without a state', async () => {
    expect(await refusalOf(comeBack(login, { error: 'access_denied' }, ''))).toMatchObject({ code: 'access_denied' })
  })

  test('beside a code, which is not used', async () => {
    const begun = await begin(login)
    const answer = { ...answerTo(server, begun), error: 'access_denied' }
    expect(await refusalOf(comeBack(login, answer, begun.cookie))).toMatchObject({ code: 'access_denied' })
    expect(server.sent('/token')).toEqual([])
  })

  test.for(['<script>alert(1)</script>', 'x'.repeat(1000), 'a\nb', 'constructor', ''])(
    'and no text of it is repeated: %j',
    async (said) => {
      const begun = await begin(login)
      const { code: _, ...answer } = answerTo(server, begun)
      const error = await refusalOf(
        comeBack(login, { ...answer, error: said, error_description: 'planted-description' }, begun.cookie),
      )
      const shown = `${error.reason} ${JSON.stringify(error.answer)}`
      expect(shown).not.toMatch(/<script|xxx|planted|\n/)
    },
  )
})

test('I-4: an answer that does not name its issuer is refused where the server promises to', async () => {
  const begun = await begin(login)
  const { iss: _, ...answer } = answerTo(server, begun)
  const error = await refusalOf(comeBack(login, answer, begun.cookie))
  expect(error).toMatchObject({ code: 'invalid_response', status: 502 })
  expect(server.sent('/token')).toEqual([])
})

test('a server that does not promise to name itself need not', async () => {
  server.metadata = { authorization_response_iss_parameter_supported: undefined }
  const begun = await begin(login)
  const { iss: _, ...answer } = answerTo(server, begun)
  expect((await comeBack(login, answer, begun.cookie)).status).toBe(303)
})

test.for([
  ['a slash more', (iss: string) => `${iss}/`],
  ['another case', (iss: string) => iss.replace('http', 'HTTP')],
  ['another port', (iss: string) => iss.replace(/\d+$/, '1')],
  ['its port left out', (iss: string) => iss.replace(/:\d+$/, '')],
  ['a percent-encoded letter', (iss: string) => iss.replace('1', '%31')],
] as const)('I-5: an issuer that differs by %s is refused', async ([, bend]) => {
  const begun = await begin(login)
  const answer = answerTo(server, begun)
  const error = await refusalOf(comeBack(login, { ...answer, iss: bend(server.issuer) }, begun.cookie))
  expect(error).toMatchObject({ code: 'invalid_response' })
  expect(server.sent('/token')).toEqual([])
})

describe('I-6: of two servers behind one redirect URI', () => {
  test('the code of one is not shown to the other', async () => {
    await using other = await startScripted()
    const begun = await begin(login)
    const answer = { ...answerTo(server, begun), iss: other.issuer }
    expect(await refusalOf(comeBack(login, answer, begun.cookie))).toMatchObject({ code: 'invalid_response' })
    expect(server.sent('/token')).toEqual([])
  })

  test('a login begun at one is not finished at the other', async () => {
    await using other = await startScripted()
    const another = loginAt(other)
    const begun = await begin(login)
    const answer = { ...answerTo(server, begun), iss: other.issuer }
    expect(await refusalOf(comeBack(another, answer, begun.cookie))).toMatchObject({ code: 'invalid_transaction' })
    expect(other.sent('/token')).toEqual([])
  })
})

test.for(['javascript:alert(1)', '//evil.example', 'https://evil.example'])(
  'I-17: a tossed transaction leads nowhere else, nor does the error that says so: %j',
  async (returnTo) => {
    const begun = await begin(login)
    const [kept] = begun.cookie.split(/(?<=\.)(?=[^.]*$)/)
    const details = Buffer.from(JSON.stringify({ returnTo, scope: [], resource: [], acrValues: [] }))
    const tossed = `${kept}${details.toString('base64url')}`
    const error = await refusalOf(comeBack(login, answerTo(server, begun), tossed))
    expect(error).toMatchObject({ code: 'invalid_request', returnTo: undefined })
    expect(error.toResponse().headers.get('set-cookie')).toMatch(/^__Host-session-login-\S+=; Max-Age=0;/)
    expect(server.sent('/token')).toEqual([])
  },
)

describe('I-25: codes and tokens', () => {
  test('stay out of histories, caches and referrers', async () => {
    const { answer } = await logIn(server, login)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      location: '/',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    const refused = (await refusalOf(comeBack(login, { error: 'access_denied' }, ''))).toResponse()
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
  })

  test('stay out of cookies', async () => {
    const { answer } = await logIn(server, login)
    expect(answer.headers.getSetCookie().join()).not.toContain('planted')
  })
})

describe('I-26: a code injected', () => {
  test('into the login of another browser is not accepted: it was made for another code challenge', async () => {
    const issuedTo = await begin(login)
    const victim = await begin(login)
    const challenge = issuedTo.sent.get('code_challenge')
    let verifier: string | undefined
    server.tokenEndpoint = async ({ body }, response) => {
      verifier = new URLSearchParams(body).get('code_verifier') ?? ''
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
    }
    const error = await refusalOf(comeBack(login, answerTo(server, victim), victim.cookie))
    expect(error).toMatchObject({ code: 'invalid_grant', status: 400 })
    expect(await s256(verifier ?? '')).toBe(victim.sent.get('code_challenge'))
    expect(await s256(verifier ?? '')).not.toBe(challenge)
  })

  test('is not believed even by a server that ignores the challenge: its ID token has another nonce', async () => {
    const issuedTo = await begin(login)
    const victim = await begin(login)
    const answer = answerTo(server, victim)
    server.claims = { nonce: issuedTo.sent.get('nonce') }
    expect(await refusalOf(comeBack(login, answer, victim.cookie))).toMatchObject({ code: 'invalid_response' })
  })
})

describe('I-28: an answer in another response mode', () => {
  test('is refused as a form where a query was asked for', async () => {
    const begun = await begin(login)
    const body = new URLSearchParams(answerTo(server, begun))
    const request = appRequest('/auth/callback', { method: 'POST', body, headers: { cookie: begun.cookie } })
    expect(await refusalOf(login.callback(request))).toMatchObject({ code: 'method_not_allowed', status: 405 })
    expect(server.sent('/token')).toEqual([])
  })

  test('is refused as a query where a form was asked for', async () => {
    const posted = loginAt(server, { responseMode: 'form_post' })
    const begun = await begin(posted)
    const error = await refusalOf(comeBack(posted, answerTo(server, begun), begun.cookie))
    expect(error).toMatchObject({ code: 'method_not_allowed', status: 405 })
  })

  test('leaves nothing to go by as a fragment, which no server sees', async () => {
    const begun = await begin(login)
    expect(await refusalOf(comeBack(login, {}, begun.cookie))).toMatchObject({ code: 'invalid_transaction' })
  })

  test.for(['access_token', 'id_token', 'token', 'response'])('is refused where it holds %s', async (name) => {
    const begun = await begin(login)
    const answer = { ...answerTo(server, begun), [name]: 'planted' }
    expect(await refusalOf(comeBack(login, answer, begun.cookie))).toMatchObject({ code: 'invalid_response' })
    expect(server.sent('/token')).toEqual([])
  })
})

describe('a posted form', () => {
  const form = (cookie: string, init: RequestInit) =>
    appRequest('/auth/callback', { method: 'POST', ...init, headers: { cookie, ...init.headers } })

  test('brings the answer from another site, by a cookie of its own that goes nowhere else', async () => {
    const posted = loginAt(server, { responseMode: 'form_post' })
    const begun = await begin(posted)
    expect(begun.sent.get('response_mode')).toBe('form_post')
    expect(begun.setCookies).toEqual([
      expect.stringMatching(
        /^__Secure-session-login-[\w-]{12}=\S+; Max-Age=600; Path=\/auth\/callback; HttpOnly; Secure; SameSite=None$/,
      ),
    ])
    const body = new URLSearchParams(answerTo(server, begun))
    const headers = { origin: server.issuer, 'sec-fetch-site': 'cross-site' }
    const answer = await posted.callback(form(begun.cookie, { body, headers }))
    expect([answer.status, answer.headers.getSetCookie()[0]]).toEqual([
      303,
      expect.stringMatching(/^__Host-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
  })

  test('that is forged has no transaction', async () => {
    const posted = loginAt(server, { responseMode: 'form_post' })
    const begun = await begin(posted)
    const body = new URLSearchParams({ ...answerTo(server, begun), state: 'forged' })
    expect(await refusalOf(posted.callback(form(begun.cookie, { body })))).toMatchObject({
      code: 'invalid_transaction',
    })
  })

  test('does not count where its cookie was tossed beside another one', async () => {
    const posted = loginAt(server, { responseMode: 'form_post' })
    const begun = await begin(posted)
    const [name] = begun.cookie.split('=')
    const body = new URLSearchParams(answerTo(server, begun))
    const tossed = form(`${begun.cookie}; ${name}=${'A'.repeat(43)}.1.e30`, { body })
    expect(await refusalOf(posted.callback(tossed))).toMatchObject({ code: 'invalid_transaction' })
  })

  test.for([
    ['another content type', { body: '{}', headers: { 'content-type': 'application/json' } }],
    ['a field twice', { body: new URLSearchParams('state=a&state=b') }],
    ['more than a form holds', { body: new URLSearchParams({ state: 'a'.repeat(300_000) }) }],
  ] as const)('with %s is refused', async ([, init]) => {
    const posted = loginAt(server, { responseMode: 'form_post' })
    expect(await refusalOf(posted.callback(form('', init)))).toMatchObject({ code: 'invalid_request' })
  })
})

async function s256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Buffer.from(digest).toString('base64url')
}
