import { inner, parseBasic } from '../credentials.js'
import type { Backend, Dialect, TokenClaims } from '../dialect.js'
import { registerPasswordGrant } from '../grants.js'
import { header, isObject, json, mediaType, type WireAnswer, type WireRequest } from '../http.js'
import { allowedScopes } from '../provider.js'

/** Aritma Open Banking, an IdentityServer: form in, `at+jwt` out with an array of scopes. */
export const aritma: Dialect = {
  name: 'aritma',
  tokens: 'jwt',
  lifetime: 3600,
  paths: {
    base: '',
    token: '/connect/token',
    jwks: '/.well-known/openid-configuration/jwks',
    introspection: '/connect/introspect',
    revocation: '/connect/revocation',
  },
  clientIds: { client: 'aritma-client', limitedClient: 'aritma-limited-client' },
  scopes: { full: ['bankservice', 'offline_access'], limited: ['services.settlement'] },
  keyNaming: 'x5t',
  rotateRefreshToken: false,
  header: ({ x5t }) => ({ typ: 'at+jwt', x5t }),
  claims,
  clientAuth: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  grants: ['password', 'refresh_token'],
  register: (provider, backend) =>
    registerPasswordGrant(provider, backend, {
      name: 'password',
      parameters: ['username', 'password', 'scope'],
      scope: (requested) => requested ?? 'bankservice',
      refreshable: (scope) => scope.split(' ').includes('offline_access'),
    }),
  routes: (backend) => [
    {
      method: 'POST',
      path: '/connect/token',
      endpoint: (request) => (grantOf(request) === 'refresh_token' ? 'refresh' : 'token'),
      handle: (request) => token(backend, request),
    },
  ],
  refuse: (status) => ({ status }),
}

function grantOf({ body }: WireRequest): string | null {
  return new URLSearchParams(body).get('grant_type')
}

async function token(backend: Backend, request: WireRequest): Promise<WireAnswer> {
  if (mediaType(request) !== 'application/x-www-form-urlencoded') return json(400, { error: 'invalid_request' })
  const form = new URLSearchParams(request.body)
  const grant = form.get('grant_type')
  const unique = new Set(form.keys()).size === [...form.keys()].length
  if (!unique || grant === null) return json(400, { error: 'invalid_request' })
  const authorization = header(request, 'authorization')
  if (grant === 'client_credentials') {
    if (form.get('scope')?.split(' ').includes('offline_access')) return json(400, { error: 'invalid_scope' })
    if (!form.has('scope'))
      form.set('scope', defaultScope(backend, form.get('client_id') ?? parseBasic(authorization)?.clientId ?? ''))
  }
  const answer = await backend.token(Object.fromEntries(form), authorization)
  if (answer.status !== 200 || !isObject(answer.body)) return refusal(grant, answer.body)
  const { access_token, expires_in, scope, refresh_token } = answer.body
  const common = { access_token, expires_in, token_type: 'Bearer', scope }
  // The documented answer to a refresh carries no new refresh token: the old one stays good.
  return json(200, grant === 'refresh_token' ? common : { ...common, refresh_token })
}

/** An IdentityServer grants all that a client may have where it names nothing. */
function defaultScope(backend: Backend, clientId: string): string {
  const allowed = allowedScopes(backend, inner(clientId))
  return allowed.filter((scope) => scope !== 'offline_access').join(' ')
}

/** An IdentityServer says 400 to a bad client, too, and seldom more than the code. */
function refusal(grant: string, body: unknown): WireAnswer {
  const { error, error_description } = isObject(body) ? body : {}
  const nobody = error === 'invalid_request' && error_description === 'no client authentication mechanism provided'
  if (grant === 'password' && error === 'invalid_grant') {
    return json(400, { error, error_description: 'invalid_username_or_password' })
  }
  return json(400, { error: nobody ? 'invalid_client' : (error ?? 'invalid_request') })
}

function claims({ iat, exp, iss, aud, client_id, sub, scope }: TokenClaims): TokenClaims {
  const audiences = Array.isArray(aud) ? aud : aud === undefined ? [] : [aud]
  return {
    nbf: iat,
    exp,
    iss,
    aud: [...audiences, `${String(iss)}/resources`],
    client_id,
    // A client acts for itself here: there is nobody to be the subject.
    ...(sub === client_id ? {} : { sub }),
    iat,
    scope: typeof scope === 'string' ? scope.split(' ') : scope,
  }
}
