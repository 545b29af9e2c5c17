import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { createLogin } from '../../../src/login/login.js'
import { LoginError } from '../../../src/login/login-error.js'
import type { Login, LoginOptions, StartOptions } from '../../../src/login/types.js'
import { errorOf, secret } from '../../support/client.js'
import { type Handler, json, type LocalServer, type Received, serve } from '../../support/local-server.js'

/** Planted, to be looked for in everything that is printed. */
export const code = 'planted-code-0123456789'
export const accessToken = 'planted-access-token-0123456789'
export const refreshToken = 'planted-refresh-token-0123456789'

/** An authorization server whose every answer a test can bend; nobody sees a page of it. */
export interface ScriptedServer extends LocalServer {
  readonly issuer: string
  /** Over the members of its metadata; `undefined` takes one away. */
  metadata: Readonly<Record<string, unknown>>
  /** Over the claims of its ID tokens. */
  claims: Readonly<Record<string, unknown>>
  header: Partial<JWTHeaderParameters>
  /** Over the members of its token answers. */
  token: Readonly<Record<string, unknown>>
  tokenEndpoint: Handler | undefined
  userInfo: Handler
  /** Signs claims beside the usual ones by its key, or another one. */
  readonly sign: (claims?: Readonly<Record<string, unknown>>, key?: CryptoKey | Uint8Array) => Promise<string>
  /** Requests to a path. */
  readonly sent: (path: string) => readonly Received[]
}

/** Made once: they cost more than the rest of a test. */
let keys: ReturnType<typeof generateKeyPair> | undefined

export async function startScripted(): Promise<ScriptedServer> {
  keys ??= generateKeyPair('RS256')
  const { publicKey, privateKey } = await keys
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const handler: Handler = async (request, response, index) => {
    const { pathname } = new URL(request.path, server.issuer)
    if (pathname === '/.well-known/openid-configuration') return json(response, metadataOf(server))
    if (pathname === '/jwks') return json(response, { keys: [jwk] })
    if (pathname === '/me') return await server.userInfo(request, response, index)
    if (pathname === '/par') return json(response, { request_uri: 'urn:example:pushed', expires_in: 60 }, 201)
    if (pathname !== '/token') return json(response, {}, 404)
    if (server.tokenEndpoint !== undefined) return await server.tokenEndpoint(request, response, index)
    const answer = { access_token: accessToken, token_type: 'Bearer', expires_in: 3600, refresh_token: refreshToken }
    const idToken = 'id_token' in server.token ? {} : { id_token: await server.sign() }
    json(response, { ...answer, ...idToken, ...server.token })
  }
  const local = await serve(handler)
  const server: ScriptedServer = Object.assign(local, {
    issuer: local.origin,
    metadata: {},
    claims: {},
    header: {},
    token: {},
    tokenEndpoint: undefined,
    userInfo: ((_, response) => json(response, { sub: 'ada', email: 'ada@example.test' })) satisfies Handler,
    sign: async (claims = {}, key: CryptoKey | Uint8Array = privateKey) => {
      const now = Math.floor(Date.now() / 1000)
      const usual = { iss: local.origin, sub: 'ada', aud: 'app', iat: now, exp: now + 300 }
      return await new SignJWT({ ...usual, ...server.claims, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one', ...server.header })
        .sign(key)
    },
    sent: (path) => local.requests.filter((each) => new URL(each.path, local.origin).pathname === path),
  } satisfies Omit<ScriptedServer, keyof LocalServer>)
  return server
}

function metadataOf({ issuer, metadata }: ScriptedServer): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/me`,
    authorization_response_iss_parameter_supported: true,
    ...metadata,
  }
}

export const appOrigin = 'https://app.example'
export const redirectUri: string = `${appOrigin}/auth/callback`

/** A login at it, of an app that is nowhere: requests are made and handed in. */
export function loginAt(server: ScriptedServer, options: Partial<LoginOptions> = {}): Login {
  return createLogin({ issuer: server.issuer, clientId: 'app', clientSecret: secret, redirectUri, ...options })
}

/** A login that somebody began: what went to the server, and the cookies of their browser. */
export interface Begun {
  readonly sent: URLSearchParams
  readonly cookie: string
  readonly setCookies: readonly string[]
  readonly location: URL
  readonly response: Response
}

export async function begin(login: Login, options: StartOptions = {}, cookie = ''): Promise<Begun> {
  const response = await login.start(appRequest('/auth/login', { headers: { cookie } }), options)
  const location = new URL(response.headers.get('location') ?? '')
  const setCookies = response.headers.getSetCookie()
  return { sent: location.searchParams, cookie: cookieOf(setCookies), setCookies, location, response }
}

let codes = 0

/** An authorization response. */
export type Answer = Readonly<Record<'code' | 'state' | 'iss', string>>

/** What an honest server sends back; the ID token names the login's nonce. */
export function answerTo(server: ScriptedServer, { sent }: Pick<Begun, 'sent'>): Answer {
  server.claims = { ...server.claims, nonce: sent.get('nonce') ?? '' }
  return { code: `${code}-${++codes}`, state: sent.get('state') ?? '', iss: server.issuer }
}

/** The way back, by a query. */
export async function comeBack(
  login: Login,
  parameters: Readonly<Record<string, string>> | string,
  cookie: string,
): Promise<Response> {
  const query = typeof parameters === 'string' ? parameters : String(new URLSearchParams(parameters))
  return await login.callback(appRequest(`/auth/callback?${query}`, { headers: { cookie } }))
}

/** A whole login: the cookie of the session, and the answer that set it. */
export async function logIn(
  server: ScriptedServer,
  login: Login,
  options: StartOptions = {},
  cookie = '',
): Promise<{ readonly cookie: string; readonly answer: Response }> {
  const begun = await begin(login, options, cookie)
  const all = [cookie, begun.cookie].filter((each) => each !== '').join('; ')
  const answer = await comeBack(login, answerTo(server, begun), all)
  return { cookie: cookieOf(answer.headers.getSetCookie()), answer }
}

/** A request to the app. */
export function appRequest(path: string, init: RequestInit = {}): Request {
  return new Request(`${appOrigin}${path}`, init)
}

/** What a browser sends back of what was set: not what was ended. */
export function cookieOf(setCookies: readonly string[]): string {
  const set = setCookies.filter((each) => !each.includes('Max-Age=0'))
  return set.map((each) => each.split(';', 1)[0]).join('; ')
}

/** The error of a refused login. */
export async function refusalOf(work: Promise<unknown>): Promise<LoginError> {
  const error = await errorOf(work)
  if (error instanceof LoginError) return error
  throw error
}
