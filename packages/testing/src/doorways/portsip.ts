import { randomBytes } from 'node:crypto'
import type { Backend, Dialect } from '../dialect.js'
import type { PortsipAnswers } from '../doorway.js'
import { registerPasswordGrant } from '../grants.js'
import { bearer, isObject, json, jsonObject, mediaType, type WireAnswer, type WireRequest } from '../http.js'
import { publicClientId } from '../provider.js'

/** PortSIP PBX: people sign in, tokens are opaque, roles decide. */
export function portsip(answers: Readonly<PortsipAnswers>): Dialect {
  return {
    name: 'portsip',
    tokens: 'opaque',
    lifetime: 3600,
    paths: {
      base: '/api',
      token: '/api/auth/sign_in',
      jwks: '/jwks',
      introspection: '/introspect',
      revocation: '/revoke',
    },
    clientIds: { client: 'portsip-client', limitedClient: 'portsip-limited-client' },
    scopes: { full: [], limited: [] },
    keyNaming: 'thumbprint',
    rotateRefreshToken: true,
    header: () => ({}),
    claims: (claims) => claims,
    clientAuth: ['none'],
    grants: ['sign_in', 'refresh_token'],
    register: (provider, backend) =>
      registerPasswordGrant(provider, backend, {
        name: 'sign_in',
        parameters: ['username', 'password'],
        scope: () => '',
        refreshable: () => true,
      }),
    routes: (backend) => [
      { method: 'POST', path: '/api/auth/sign_in', endpoint: 'token', handle: (r) => signIn(backend, answers, r) },
      {
        method: 'POST',
        path: '/api/auth/refresh_token',
        endpoint: 'refresh',
        handle: (r) => refresh(backend, answers, r),
      },
      { method: 'POST', path: '/api/auth/sign_out', endpoint: 'revoke', handle: (r) => signOut(backend, r) },
      { method: 'GET', path: '/api/auth/user', endpoint: 'user', handle: (r) => whoami(backend, r) },
    ],
    refuse: (status, message) => refusal(status, status === 404 ? 'NOT_FOUND' : 'INVALID_REQUEST', message),
  }
}

async function signIn(backend: Backend, answers: PortsipAnswers, request: WireRequest): Promise<WireAnswer> {
  const body = fieldsOf(request, ['username', 'password'], ['domain'])
  if ('status' in body) return body
  const { username = '', password = '' } = body.values
  const user = backend.users.get(username)
  if (user?.twoFactor === true && user.password === password) {
    return json(200, { two_factor_enabled: true, token: randomBytes(24).toString('base64url') })
  }
  const answer = await backend.token({ grant_type: 'sign_in', client_id: publicClientId, username, password })
  return answer.status === 200
    ? tokens(answer.body, answers)
    : refusal(400, 'UNAUTHORIZED', 'Wrong username or password')
}

async function refresh(backend: Backend, answers: PortsipAnswers, request: WireRequest): Promise<WireAnswer> {
  const body = fieldsOf(request, ['refresh_token'], [])
  if ('status' in body) return body
  const { refresh_token = '' } = body.values
  const answer = await backend.token({ grant_type: 'refresh_token', client_id: publicClientId, refresh_token })
  return answer.status === 200
    ? tokens(answer.body, answers)
    : refusal(401, 'UNAUTHORIZED', 'The refresh token is invalid')
}

async function signOut(backend: Backend, request: WireRequest): Promise<WireAnswer> {
  const token = await presented(backend, request)
  if (token === undefined) return unauthorized()
  await token.destroy()
  if ('grantId' in token && token.grantId !== undefined) {
    // Signing out ends the session: its refresh token must not bring it back.
    await backend.provider.RefreshToken.revokeByGrantId(token.grantId)
    await backend.provider.AccessToken.revokeByGrantId(token.grantId)
  }
  return { status: 200 }
}

async function whoami(backend: Backend, request: WireRequest): Promise<WireAnswer> {
  const token = await presented(backend, request)
  const user = token !== undefined && 'accountId' in token ? backend.users.get(token.accountId) : undefined
  if (user === undefined) return unauthorized()
  return json(200, { name: user.username, role: user.role, domain: null, email: null })
}

async function presented(backend: Backend, request: WireRequest): ReturnType<Backend['find']> {
  const token = await backend.find(bearer(request) ?? '')
  return token?.isExpired === false ? token : undefined
}

function tokens(body: unknown, { expiry, refreshToken }: PortsipAnswers): WireAnswer {
  const { access_token, refresh_token, expires_in } = isObject(body) ? body : {}
  const until = new Date((Math.floor(Date.now() / 1000) + Number(expires_in)) * 1000)
    .toISOString()
    .replace('.000Z', 'Z')
  return json(200, {
    token_type: 'Bearer',
    access_token,
    [refreshToken]: refresh_token,
    ...(expiry === 'expires_in' ? { expires_in } : { expires_at: until }),
  })
}

/** The string members of a JSON body that holds the required ones and no others; or the refusal. */
function fieldsOf(
  request: WireRequest,
  required: readonly string[],
  optional: readonly string[],
): WireAnswer | { readonly values: Readonly<Record<string, string>> } {
  if (mediaType(request) !== 'application/json') return refusal(415, 'INVALID_REQUEST', 'The body must be JSON')
  const body = jsonObject(request.body)
  if (body === undefined) return refusal(400, 'INVALID_REQUEST', 'The body is not a JSON object')
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(body)) {
    if (!required.includes(name) && !optional.includes(name)) {
      return refusal(400, 'INVALID_ARGUMENT', 'The body has an unknown member')
    }
    if (value === null) continue
    if (typeof value !== 'string') return refusal(400, 'INVALID_ARGUMENT', `${name} must be a string`)
    values[name] = value
  }
  const missing = required.find((name) => !Object.hasOwn(values, name))
  return missing === undefined ? { values } : refusal(400, 'INVALID_ARGUMENT', `${missing} is required`)
}

function unauthorized(): WireAnswer {
  return refusal(401, 'UNAUTHORIZED', 'The access token is invalid')
}

function refusal(status: number, code: string, message: string): WireAnswer {
  return json(status, { errors: [{ code, message }] })
}
