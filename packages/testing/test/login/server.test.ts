import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createUserAgent, type LoginServer, startLoginServer, type TestCredentials } from '../../src/index.js'

const redirectUri = 'http://127.0.0.1:9/callback'

let server: LoginServer
let client: TestCredentials

beforeAll(async () => {
  server = await startLoginServer()
  client = await server.registerClient({ redirectUri, name: 'A test', tellLogin: true })
})

afterAll(() => server.close())

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

function authorizationUrl(parameters: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`${server.issuer}/auth`)
  const standard = {
    client_id: client.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile accounts:read cards:write',
    resource: server.audience,
    state: 'planted-state',
    nonce: 'planted-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries({ ...standard, ...parameters })) url.searchParams.set(name, value)
  return url
}

function portOf(http: Server): number {
  const address = http.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Tokens {
  readonly access_token?: string
  readonly id_token?: string
  readonly refresh_token?: string
}

async function tokens(parameters: Readonly<Record<string, string>>): Promise<Tokens> {
  const response = await fetch(`${server.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams(parameters),
  })
  return Object(await response.json())
}

const redeem = (url: URL) =>
  tokens({
    grant_type: 'authorization_code',
    code: url.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })

describe('a person logs in', () => {
  test('and comes back with a code for tokens that say who, how and for what', async () => {
    const { ada } = server.people
    const { url } = await createUserAgent().logIn(authorizationUrl(), { person: ada })
    expect(Object.fromEntries(url.searchParams)).toEqual({
      code: expect.any(String),
      state: 'planted-state',
      iss: server.issuer,
    })
    const answer = await redeem(url)
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any(String) })
    expect(decodeJwt(answer.access_token ?? '')).toMatchObject({
      iss: server.issuer,
      sub: 'ada',
      aud: server.audience,
      client_id: client.clientId,
      scope: 'accounts:read cards:write',
      acr: 'urn:auth-testing:password',
      auth_time: expect.any(Number),
    })
    expect(decodeJwt(answer.id_token ?? '')).toMatchObject({
      sub: 'ada',
      name: 'Ada Lind',
      acr: 'urn:auth-testing:password',
      auth_time: expect.any(Number),
      nonce: 'planted-nonce',
    })
  })

  test('who may grant less than is asked for', async () => {
    const { url } = await createUserAgent().logIn(authorizationUrl(), { person: server.people.ben })
    expect(await redeem(url)).toMatchObject({ scope: 'accounts:read' })
  })

  test('once: then the cookie is enough, until more is asked for', async () => {
    const agent = createUserAgent()
    const person = server.people.ada
    await agent.logIn(authorizationUrl(), { person })
    const silent = await agent.fetch(authorizationUrl({ prompt: 'none' }))
    expect(silent.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:9\/callback\?code=/)
    const more = authorizationUrl({ scope: 'openid parties:read', prompt: 'none' })
    expect((await agent.fetch(more)).headers.get('location')).toContain('error=consent_required')
  })

  test('with the one-time code when that is asked for, and the refresh token remembers', async () => {
    const agent = createUserAgent()
    const person = server.people.ada
    await agent.logIn(authorizationUrl(), { person })
    const stepUp = authorizationUrl({ acr_values: 'urn:auth-testing:code' })
    const page = await agent.fetch(new URL((await agent.fetch(stepUp)).headers.get('location') ?? '', server.issuer))
    expect(await page.text()).toContain('One-time code')
    const { refresh_token = '' } = await redeem((await agent.logIn(stepUp, { person })).url)
    const renewed = await tokens({ grant_type: 'refresh_token', refresh_token })
    expect(decodeJwt(renewed.access_token ?? '')).toMatchObject({ acr: 'urn:auth-testing:code' })
    expect(renewed.refresh_token).not.toBe(refresh_token)
  })
})

describe('a person does not get in', () => {
  test('with a wrong password', async () => {
    const wrong = createUserAgent().logIn(authorizationUrl(), { person: server.people.ada, password: 'wrong' })
    await expect(wrong).rejects.toThrow(/\/login asks once more$/)
  })

  test('with the code of somebody else', async () => {
    const person = { ...server.people.ada, code: server.people.ben.code }
    const wrong = createUserAgent().logIn(authorizationUrl({ acr_values: 'urn:auth-testing:code' }), { person })
    await expect(wrong).rejects.toThrow(/\/login asks once more$/)
  })

  test('and the app is told when consent is denied', async () => {
    const { url } = await createUserAgent().logIn(authorizationUrl(), { person: server.people.ada, consent: 'deny' })
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ error: 'access_denied', state: 'planted-state' })
  })

  test('at a page that nobody was sent to', async () => {
    const page = await fetch(`${server.issuer}/interaction/none`)
    expect(page.status).toBe(400)
    expect(await page.text()).toContain('start again')
  })

  test('when the page of one browser is opened in another', async () => {
    const location = (await createUserAgent().fetch(authorizationUrl())).headers.get('location') ?? ''
    expect((await createUserAgent().fetch(new URL(location, server.issuer))).status).toBe(400)
  })
})

test('what came from outside is escaped in a page', async () => {
  const agent = createUserAgent()
  const hint = `"><script>alert('x')</script>`
  const location = (await agent.fetch(authorizationUrl({ login_hint: hint }))).headers.get('location') ?? ''
  const page = await agent.fetch(new URL(location, server.issuer))
  expect(await page.text()).toContain('value="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('form_post brings the answer in a form', async () => {
  const { url, form } = await createUserAgent().logIn(authorizationUrl({ response_mode: 'form_post' }), {
    person: server.people.ada,
  })
  expect([url.href, form?.get('state')]).toEqual([redirectUri, 'planted-state'])
})

test('logging out asks first, then tells the apps of the login in the back channel', async () => {
  const told: string[] = []
  const app = createServer(async (request, response) => {
    told.push(await text(request))
    response.end()
  }).listen(0, '127.0.0.1')
  await once(app, 'listening')
  onTestFinished(() => void app.close())
  const home = `http://127.0.0.1:${portOf(app)}`
  const { clientId } = await server.registerClient({
    redirectUri,
    postLogoutRedirectUri: `${home}/goodbye`,
    backChannelLogoutUri: `${home}/logout`,
  })
  const agent = createUserAgent()
  await agent.logIn(authorizationUrl({ client_id: clientId }), { person: server.people.ada })

  const end = new URL('/session/end', server.issuer)
  end.search = String(new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: `${home}/goodbye` }))
  const page = await (await agent.fetch(end)).text()
  expect(page).toContain('Log out here, too?')
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? []
  const body = new URLSearchParams({ xsrf, logout: 'yes' })
  const answer = await agent.fetch(`${server.issuer}/session/end/confirm`, { method: 'POST', body })
  expect(answer.headers.get('location')).toBe(`${home}/goodbye`)
  const [logoutToken] = told.map((each) => new URLSearchParams(each).get('logout_token') ?? '')
  expect(decodeJwt(logoutToken ?? '')).toMatchObject({ aud: clientId, sub: 'ada', sid: expect.any(String) })
  const silent = await agent.fetch(authorizationUrl({ prompt: 'none' }))
  expect(silent.headers.get('location')).toContain('error=login_required')
})

test('requests are recorded by what they are for, and can be held', async () => {
  await using own = await startLoginServer({ pushedAuthorizationRequests: false, rotateRefreshTokens: false })
  const metadata = Object(await (await fetch(`${own.issuer}/.well-known/openid-configuration`)).json())
  expect(metadata).not.toHaveProperty('pushed_authorization_request_endpoint')
  const hold = own.hold('jwks')
  const keys = fetch(own.jwksUri)
  await own.received('jwks', 1)
  hold.release()
  expect((await keys).status).toBe(200)
  expect(own.requests.map(({ endpoint }) => endpoint)).toEqual(['metadata', 'jwks'])
})

test.for([
  [{ audience: 'api' }, "audience must be a URI, such as 'https://api.example.test'"],
  [{ lifetime: 0 }, 'lifetime must be a whole number of seconds above 0, such as 5, not 0'],
  [{ scopes: {} }, "scopes must name at least one, such as 'accounts:read'"],
] as const)('%j is refused', async ([options, message]) => {
  await expect(startLoginServer(options)).rejects.toThrow(new TypeError(message))
})
