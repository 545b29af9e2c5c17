import { inner } from '../credentials.js'
import type { Backend, Dialect } from '../dialect.js'
import { isObject, json, jsonObject, mediaType, type WireAnswer, type WireRequest } from '../http.js'
import { allowedScopes } from '../provider.js'

/** PortX ORCA: JSON in, JSON out, RS256 tokens with a scope string. */
export const portx: Dialect = {
  name: 'portx',
  tokens: 'jwt',
  lifetime: 3600,
  paths: { base: '', token: '/oauth/token', jwks: '/jwks', introspection: '/introspect', revocation: '/revoke' },
  clientIds: { client: 'portx-client', limitedClient: 'portx-limited-client' },
  scopes: {
    full: [
      'accounts:read',
      'accounts:write',
      'transactions:read',
      'transactions:write',
      'parties:read',
      'parties:write',
      'cards:read',
      'cards:write',
    ],
    limited: ['accounts:read'],
  },
  keyNaming: 'thumbprint',
  rotateRefreshToken: false,
  header: () => ({ typ: 'JWT' }),
  claims: (claims) => claims,
  clientAuth: ['client_secret_post'],
  grants: [],
  register: () => {},
  routes: (backend) => [
    { method: 'POST', path: '/oauth/token', endpoint: 'token', handle: (request) => token(backend, request) },
  ],
  refuse: (status, message) => refusal(status, status === 404 ? 'not_found' : 'invalid_request', message),
}

const known = ['client_id', 'client_secret', 'grant_type', 'scope']

async function token(backend: Backend, request: WireRequest): Promise<WireAnswer> {
  if (mediaType(request) !== 'application/json') {
    return refusal(415, 'invalid_request', 'The body must be application/json')
  }
  const body = jsonObject(request.body)
  if (body === undefined) return refusal(400, 'invalid_request', 'The body is not a JSON object')
  const unknown = Object.keys(body).filter((name) => !known.includes(name))
  if (unknown.length > 0) return refusal(400, 'invalid_request', 'The body has unknown members')
  const { client_id, client_secret, grant_type, scope } = body
  if (typeof client_id !== 'string' || typeof client_secret !== 'string' || typeof grant_type !== 'string') {
    return refusal(400, 'invalid_request', 'client_id, client_secret and grant_type are required')
  }
  if (scope !== undefined && typeof scope !== 'string') {
    return refusal(400, 'invalid_request', 'scope must be a space-separated string')
  }
  if (grant_type !== 'client_credentials') {
    return refusal(400, 'unsupported_grant_type', 'The grant type is not supported')
  }
  const granted = scope ?? allowedScopes(backend, inner(client_id)).join(' ')
  const answer = await backend.token({ client_id, client_secret, grant_type, scope: granted })
  if (answer.status === 401) return refusal(401, 'unauthorized', 'The client credentials are invalid')
  if (answer.status !== 200 || !isObject(answer.body)) return passOn(answer.status, answer.body)
  const { access_token, expires_in } = answer.body
  return json(200, { access_token, token_type: 'Bearer', expires_in, scope: answer.body.scope ?? '' })
}

function passOn(status: number, body: unknown): WireAnswer {
  const error = isObject(body) ? String(body.error) : 'server_error'
  return refusal(status, error, error === 'invalid_scope' ? 'The scope is not granted' : 'The request was refused')
}

function refusal(status: number, error: string, error_description: string): WireAnswer {
  return json(status, { error, error_description })
}
