import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AdapterFactory, ClientMetadata } from 'oidc-provider'
import { randomSecret, type TestCredentials } from '../credentials.js'
import type { Hold, ScriptedAnswer } from '../faults.js'
import { createFaults } from '../faults.js'
import { createSigningKey } from '../keys.js'
import { checkLifetime } from '../options.js'
import { createRecorder, type Endpoint, type RecordedRequest } from '../recorder.js'
import { listen, shut } from '../sockets.js'
import { createStore } from '../store.js'
import { createLoginFront } from './front.js'
import { checkLoginOptions, type LoginClientOptions, type LoginServerOptions } from './options.js'
import { createPeople, type People } from './people.js'
import { codeLogin, createLoginProvider, passwordLogin } from './provider.js'

/** A running authorization server that people log in at. */
export interface LoginServer extends AsyncDisposable {
  /** What its tokens name as `iss`, and where its metadata is found. */
  readonly issuer: string
  readonly jwksUri: string
  /** The audience of access tokens, and the `resource` to ask for (RFC 8707). */
  readonly audience: string
  /** Who can log in. */
  readonly people: People
  /** Seconds; for access tokens issued from now on. A whole number above 0. */
  lifetime: number
  /** Makes a client known, whose redirect URI often takes this server's issuer to know. */
  registerClient(options: LoginClientOptions): Promise<TestCredentials>

  /** What was received, oldest first. */
  readonly requests: readonly RecordedRequest[]
  clearRequests(): void
  /** How many requests to an endpoint were received. */
  count(endpoint: Endpoint): number
  /** Resolves when the n-th request to an endpoint has arrived, answered or not. @throws Error when the server closes first */
  received(endpoint: Endpoint, n: number): Promise<void>
  /** Lets requests to an endpoint wait unanswered until released. */
  hold(endpoint: Endpoint): Hold
  /** Answers requests to an endpoint with something else, the next `times` ones or all; `null` ends it. */
  answer(endpoint: Endpoint, answer: ScriptedAnswer | null, options?: { readonly times?: number | undefined }): void
  /** Answers everything at an endpoint with 503. `retryAfter` is in seconds. */
  outage(endpoint: Endpoint, on: boolean, options?: { readonly retryAfter?: number | undefined }): void
  /** Ends all connections, waiting requests included. May be called more than once. */
  close(): Promise<void>
}

/**
 * Starts a local OpenID Provider with pages that people log in at: authorization code, PKCE, pushed authorization
 * requests, refresh tokens, logout from the client and in the back channel. **For development and tests only**: it
 * listens on 127.0.0.1 alone, without TLS, and forgets everything when it stops.
 *
 * Two people can log in. `ada` may grant every scope, `ben` may grant `accounts:read` and `transactions:read`. A request
 * with `acr_values=urn:auth-testing:code` asks for the one-time code, too (RFC 9470).
 *
 * @throws TypeError when an option is wrong.
 * @example
 * await using server = await startLoginServer()
 * const client = await server.registerClient({ redirectUri: 'http://127.0.0.1:3000/auth/callback' })
 * const { username, password } = server.people.ada
 */
export async function startLoginServer(options: LoginServerOptions = {}): Promise<LoginServer> {
  const { audience, scopes, host, port, lifetime, ...rest } = checkLoginOptions(options)
  const http = createServer()
  const { port: chosen } = new URL(await listen(http, port))
  const issuer = `http://${host}:${chosen}`
  const people = createPeople(Object.keys(scopes))
  const byName = new Map([people.ada, people.ben].map((person) => [person.username, person]))
  const state = { lifetime }
  const store = createStore()
  const provider = createLoginProvider({
    issuer,
    audience,
    scopes: Object.keys(scopes),
    key: await createSigningKey(),
    store,
    cookieKey: randomSecret('secret'),
    pushed: rest.pushedAuthorizationRequests,
    rotate: rest.rotateRefreshTokens,
    people: byName,
    state,
  })
  const recorder = createRecorder()
  const faults = createFaults()
  const descriptions = { profile: 'See your name', offline_access: 'Stay logged in while you are away', ...scopes }
  http.on('request', createLoginFront({ provider, people: byName, descriptions, recorder, faults }))

  const close = async (): Promise<void> => {
    recorder.close()
    faults.close()
    await shut(http)
  }
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    audience,
    people,
    get lifetime() {
      return state.lifetime
    },
    set lifetime(seconds) {
      state.lifetime = checkLifetime(seconds)
    },
    registerClient: (client) => register(store, client),
    get requests() {
      return recorder.requests
    },
    clearRequests: () => recorder.clear(),
    count: (endpoint) => recorder.count(endpoint),
    received: (endpoint, n) => recorder.received(endpoint, n),
    hold: (endpoint) => faults.hold(endpoint),
    answer: (endpoint, answer, { times } = {}) => faults.answer(endpoint, answer, times),
    outage: (endpoint, on, { retryAfter } = {}) => faults.outage(endpoint, on, retryAfter),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Into the store: oidc-provider looks there for whom it was not told of at its start. */
async function register(store: AdapterFactory, options: LoginClientOptions): Promise<TestCredentials> {
  const { redirectUri, postLogoutRedirectUri, backChannelLogoutUri, name, tellLogin = false } = options
  const { clientId = `app-${randomUUID()}`, clientAuthentication = 'client_secret_basic' } = options
  const clientSecret = randomSecret('secret')
  const metadata: ClientMetadata = {
    client_id: clientId,
    client_name: name ?? clientId,
    token_endpoint_auth_method: clientAuthentication,
    ...(clientAuthentication === 'none' ? {} : { client_secret: clientSecret }),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(tellLogin ? { require_auth_time: true, default_acr_values: [passwordLogin, codeLogin] } : {}),
    redirect_uris: [redirectUri],
    ...(postLogoutRedirectUri === undefined ? {} : { post_logout_redirect_uris: [postLogoutRedirectUri] }),
    ...(backChannelLogoutUri === undefined
      ? {}
      : { backchannel_logout_uri: backChannelLogoutUri, backchannel_logout_session_required: true }),
  }
  await store('Client').upsert(clientId, metadata, 0)
  return { clientId, clientSecret }
}
