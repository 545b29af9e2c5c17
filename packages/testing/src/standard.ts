import { innerBasic, outer } from './credentials.js'
import type { Backend, Route } from './dialect.js'
import type { ProviderAnswer } from './exchange.js'
import { header, isObject, type WireAnswer, type WireRequest } from './http.js'

/** The members of oidc-provider's metadata that describe something a doorway has. */
const published = [
  'issuer',
  'token_endpoint',
  'jwks_uri',
  'introspection_endpoint',
  'revocation_endpoint',
  'response_types_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
]

/** What every doorway offers whatever its provider documents: metadata, keys, introspection, revocation. */
export function standardRoutes(backend: Backend): readonly Route[] {
  const { paths } = backend.dialect
  return [
    {
      method: 'GET',
      path: '/.well-known/openid-configuration',
      endpoint: 'metadata',
      handle: () => metadata(backend),
    },
    { method: 'GET', path: paths.jwks, endpoint: 'jwks', handle: async () => wire(await get(backend, paths.jwks)) },
    {
      method: 'POST',
      path: paths.introspection,
      endpoint: 'introspection',
      handle: (request) => introspect(backend, request),
    },
    {
      method: 'POST',
      path: paths.revocation,
      endpoint: 'revoke',
      handle: async (request) => wire(await aboutToken(backend, paths.revocation, request)),
    },
  ]
}

/** The metadata of RFC 8414, which is served at two places. */
export async function metadata(backend: Backend): Promise<WireAnswer> {
  const answer = await get(backend, '/.well-known/openid-configuration')
  if (!isObject(answer.body)) return wire(answer)
  const members = Object.entries(answer.body).filter(([name]) => published.includes(name))
  return wire({ ...answer, body: { ...Object.fromEntries(members), ...capabilities(backend) } })
}

/** Where a doorway can do less than the oidc-provider behind it. */
function capabilities({ dialect: { clientAuth, grants } }: Backend): Readonly<Record<string, unknown>> {
  const clients = !clientAuth.includes('none')
  const signed = clientAuth.includes('private_key_jwt')
  return {
    grant_types_supported: clients ? ['client_credentials', ...grants] : grants,
    token_endpoint_auth_methods_supported: clientAuth,
    ...(signed ? { token_endpoint_auth_signing_alg_values_supported: ['RS256'] } : {}),
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  }
}

async function introspect(backend: Backend, request: WireRequest): Promise<WireAnswer> {
  const answer = await aboutToken(backend, backend.dialect.paths.introspection, request)
  if (!isObject(answer.body) || answer.body.active !== true) return wire(answer)
  const token = new URLSearchParams(request.body).get('token') ?? ''
  const clientId = outer(String(answer.body.client_id))
  return wire({ ...answer, body: { ...answer.body, client_id: clientId, ...backend.bent(token) } })
}

/** Hands a request of RFC 7662 or RFC 7009 on, under the name by which oidc-provider knows the token. */
function aboutToken(backend: Backend, path: string, request: WireRequest): Promise<ProviderAnswer> {
  const form = new URLSearchParams(request.body)
  const token = form.get('token')
  if (token !== null && form.getAll('token').length === 1) form.set('token', backend.handle(token))
  const [type, authorization] = [header(request, 'content-type'), header(request, 'authorization')]
  return backend.exchange({
    method: 'POST',
    path,
    headers: {
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(authorization === undefined ? {} : { authorization: innerBasic(authorization) }),
    },
    body: String(form),
  })
}

function get(backend: Backend, path: string): Promise<ProviderAnswer> {
  return backend.exchange({ method: 'GET', path })
}

/** oidc-provider's answer as bytes. */
function wire({ status, headers, body }: ProviderAnswer): WireAnswer {
  const kept = ['content-type', 'cache-control', 'www-authenticate', 'allow']
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name))),
    body: typeof body === 'string' ? body : body === undefined || body === null ? '' : JSON.stringify(body),
  }
}
