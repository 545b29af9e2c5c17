import { createHash, randomUUID } from 'node:crypto'
import { inner, outer } from '../credentials.js'
import type { Backend, Dialect, StoredToken } from '../dialect.js'
import { bearer, header, isObject, json, jsonObject, mediaType, type WireAnswer, type WireRequest } from '../http.js'
import { allowedScopes } from '../provider.js'

const path = '/v1/iam/oauth/tokens'
const onePath = /^\/v1\/iam\/oauth\/tokens\/([^/]+)$/

/** What the provider tells about a token, and the token. */
interface Issued {
  readonly token: string
  readonly expiresAt: number
  readonly clientId: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Passport: JSON with exact headers, opaque tokens with an id of their own, dotted scopes with wildcards. */
export function passport(): Dialect {
  const issued = new Map<string, Issued>()
  return {
    name: 'passport',
    tokens: 'opaque',
    lifetime: 86_400,
    paths: { base: '', token: path, jwks: '/jwks', introspection: '/introspect', revocation: '/revoke' },
    clientIds: { client: 'passport-client', limitedClient: 'passport-limited-client' },
    scopes: {
      full: ['orca.accounts.*', 'orca.transactions.*', 'orca.parties.*', 'orca.cards.*', 'iam.oauth.tokens.*'],
      limited: ['orca.accounts.list.get'],
    },
    keyNaming: 'thumbprint',
    rotateRefreshToken: false,
    header: () => ({}),
    claims: (claims) => claims,
    clientAuth: ['client_secret_post'],
    grants: [],
    register: () => {},
    routes: (backend) => [
      { method: 'POST', path, endpoint: 'token', handle: (request) => create(backend, issued, request) },
      { method: 'GET', path, endpoint: 'tokens', handle: (request) => list(backend, issued, request) },
      {
        method: 'GET',
        path: onePath,
        endpoint: 'tokens',
        handle: (request, id) => retrieve(backend, issued, request, id),
      },
      {
        method: 'DELETE',
        path: onePath,
        endpoint: 'revoke',
        handle: (request, id) => revoke(backend, issued, request, id),
      },
    ],
    refuse: (status, message, request) => refusal(request, status, message),
  }
}

type Issuances = Map<string, Issued>

async function create(backend: Backend, issued: Issuances, request: WireRequest): Promise<WireAnswer> {
  const body = exactBody(request, ['client_id', 'client_secret', 'grant_type'])
  if ('status' in body) return body
  const { client_id = '', client_secret = '', grant_type } = body.values
  if (grant_type !== 'client_credentials') return refusal(request, 400, 'grant_type must be client_credentials')
  const scope = allowedScopes(backend, inner(client_id)).join(' ')
  const answer = await backend.token({ client_id, client_secret, grant_type, scope })
  if (answer.status !== 200 || !isObject(answer.body)) return refusal(request, answer.status, 'Invalid credentials')
  const { access_token, expires_in } = answer.body
  const details = {
    token_id: randomUUID(),
    token_type: 'Bearer',
    expires_in,
    scopes: scope.split(' '),
    roles: [client_id === backend.registry.client.clientId ? 'admin' : 'reader'],
    account_id: accountOf(client_id),
    created_at: new Date().toISOString(),
  }
  const expiresAt = Math.floor(Date.now() / 1000) + Number(expires_in)
  issued.set(details.token_id, { token: String(access_token), expiresAt, clientId: client_id, details })
  return json(200, { access_token, ...details })
}

async function list(backend: Backend, issued: Issuances, request: WireRequest): Promise<WireAnswer> {
  const caller = await authorized(backend, request, 'iam.oauth.tokens.list.get')
  if ('status' in caller) return caller
  const tokens = await Promise.all(
    [...issued.values()].map(async (each) =>
      (await isLive(backend, each)) && owns(caller.token, each) ? [each.details] : [],
    ),
  )
  return json(200, { pagination_info: { total_records: tokens.flat().length }, tokens: tokens.flat() })
}

async function retrieve(backend: Backend, issued: Issuances, request: WireRequest, id: string): Promise<WireAnswer> {
  const caller = await authorized(backend, request, 'iam.oauth.tokens.get')
  if ('status' in caller) return caller
  const found = issued.get(id)
  if (found === undefined || !owns(caller.token, found) || !(await isLive(backend, found))) {
    return refusal(request, 404, 'Token not found')
  }
  return json(200, found.details)
}

async function revoke(backend: Backend, issued: Issuances, request: WireRequest, id: string): Promise<WireAnswer> {
  const body = exactBody(request, ['token_id'])
  if ('status' in body) return body
  const caller = await authorized(backend, request, 'iam.oauth.tokens.delete')
  if ('status' in caller) return caller
  if (body.values.token_id !== id) return refusal(request, 400, 'token_id differs from the path')
  const found = issued.get(id)
  const stored = found === undefined ? undefined : await backend.find(found.token)
  if (found === undefined || stored === undefined) return refusal(request, 404, 'Token not found')
  if (!owns(caller.token, found)) return refusal(request, 403, 'The token belongs to another client')
  if (stored.isExpired) return refusal(request, 409, 'The token cannot be revoked')
  await stored.destroy()
  return { status: 200 }
}

/** The caller by its bearer token; a missing scope is 401 here, as documented. */
async function authorized(
  backend: Backend,
  request: WireRequest,
  scope: string,
): Promise<WireAnswer | { readonly token: StoredToken }> {
  const token = await backend.find(bearer(request) ?? '')
  if (token === undefined || token.isExpired) return refusal(request, 401, 'Unauthorized')
  const covers = [...token.scopes].some(
    (own) => own === scope || (own.endsWith('.*') && scope.startsWith(own.slice(0, -1))),
  )
  return covers ? { token } : refusal(request, 401, `The token lacks the scope ${scope}`)
}

function owns(caller: StoredToken, { clientId }: Issued): boolean {
  return outer(caller.clientId ?? '') === clientId
}

async function isLive(backend: Backend, { token }: Issued): Promise<boolean> {
  return (await backend.find(token)) !== undefined
}

/** The members of a JSON body that must be these and no others, sent with the documented headers; or the refusal. */
function exactBody(
  request: WireRequest,
  names: readonly string[],
): WireAnswer | { readonly values: Readonly<Record<string, string>> } {
  // A chunked body has none: Node refuses a request with both.
  if (header(request, 'content-length') === undefined) return refusal(request, 411, 'Content-Length is required')
  if (mediaType(request) !== 'application/json') return refusal(request, 415, 'Content-Type must be application/json')
  if (header(request, 'accept-language') === undefined) return refusal(request, 400, 'Accept-Language is required')
  const body = jsonObject(request.body)
  if (body === undefined) return refusal(request, 400, 'The body is not a JSON object')
  const values: Record<string, string> = {}
  for (const name of names) {
    const value = body[name]
    if (typeof value !== 'string' || value === '') return refusal(request, 400, `${name} is required`)
    values[name] = value
  }
  if (Object.keys(body).length !== names.length) return refusal(request, 400, 'The body has unknown members')
  return { values }
}

/** An account's id in the form of a UUID, the same for every token of a client. */
function accountOf(clientId: string): string {
  const hex = createHash('sha256').update(clientId).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

const types: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  411: 'LENGTH_REQUIRED',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

function refusal(request: WireRequest, status: number, message: string): WireAnswer {
  return json(status, {
    message,
    http_code: status,
    type: types[status] ?? 'ERROR',
    trace_id: randomUUID(),
    code: `IAM-${status}`,
    resource: 'oauth.tokens',
    url: request.path,
  })
}
