import Provider, { type ClientMetadata, errors } from 'oidc-provider'
import { inner, outer, type TestClient } from './credentials.js'
import type { BackendSettings, Dialect } from './dialect.js'
import { twinState } from './exchange.js'

/** The one API that tokens are for; the audience is a matter of options and need not be a URI, this has to be. */
export const resource = 'urn:auth-testing:api'

/** The public client that stands for all who sign in without naming a client. */
export const publicClientId = 'public'

const day = 24 * 60 * 60

/** Sets up oidc-provider for a doorway; everything it keeps is in the store, so that it can be set up again. */
export function createProvider(dialect: Dialect, settings: BackendSettings): Provider {
  const { issuer, audience, keys, registry, state } = settings
  const ttl = (): number => state.lifetime
  const provider = new Provider(issuer, {
    adapter: settings.store,
    jwks: { keys: keys.all.map((key) => ({ ...key.privateJwk })) },
    clients: clientsOf(dialect, settings),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    responseTypes: [],
    routes: {
      token: dialect.paths.token,
      jwks: dialect.paths.jwks,
      introspection: dialect.paths.introspection,
      revocation: dialect.paths.revocation,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) =>
          client.clientId === registry.resourceServer.clientId || client.clientId === token.clientId,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => {
          if (client.clientId === token.clientId) return true
          throw new errors.InvalidRequest('the token belongs to another client')
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, _resource, client) => {
          const allowed = allowedScopes(settings, client.clientId)
          refuseUngranted(ctx.oidc.params?.scope, allowed)
          return {
            scope: allowed.join(' '),
            audience,
            accessTokenFormat: dialect.tokens,
            jwt: { sign: { alg: 'RS256', kid: keys.current.kid } },
          }
        },
      },
    },
    formats: {
      customizers: {
        async jwt(ctx, token, parts) {
          ctx.state[twinState] = await saveTwin(provider, token, parts.payload)
          const { client_id, sub } = parts.payload
          const claims = { ...parts.payload, client_id: outer(String(client_id)), sub: outer(String(sub)) }
          parts.header = { ...dialect.header(keys.current) }
          parts.payload = { ...dialect.claims(claims) }
        },
      },
    },
    extraTokenClaims: (_ctx, token) => {
      const user = 'accountId' in token ? settings.users.get(token.accountId) : undefined
      return user === undefined ? undefined : { role: user.role }
    },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    rotateRefreshToken: dialect.rotateRefreshToken,
    ttl: { AccessToken: ttl, ClientCredentials: ttl, RefreshToken: () => 14 * day, Grant: () => 14 * day },
  })
  return provider
}

function clientsOf({ grants }: Dialect, { registry, assertionClient }: BackendSettings): ClientMetadata[] {
  const common = { redirect_uris: [], response_types: [] }
  const withSecret = ({ clientId, clientSecret }: TestClient): ClientMetadata => ({
    ...common,
    client_id: inner(clientId),
    client_secret: inner(clientSecret),
    grant_types: ['client_credentials', ...grants],
  })
  const clients: ClientMetadata[] = [
    withSecret(registry.client),
    withSecret(registry.limitedClient),
    {
      ...common,
      client_id: registry.resourceServer.clientId,
      client_secret: registry.resourceServer.clientSecret,
      grant_types: [],
    },
    { ...common, client_id: publicClientId, token_endpoint_auth_method: 'none', grant_types: [...grants] },
  ]
  if (assertionClient !== undefined) {
    clients.push({
      ...common,
      client_id: assertionClient.clientId,
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...assertionClient.key.publicJwk }] },
      grant_types: ['client_credentials'],
    })
  }
  return clients
}

/** What a client may ask for; the one that signs its assertions may do what the first one may. */
export function allowedScopes({ registry }: BackendSettings, innerId: string): readonly string[] {
  return innerId === inner(registry.limitedClient.clientId) ? registry.limitedClient.scopes : registry.client.scopes
}

/** oidc-provider narrows silently what a client may not have; the providers we stand for refuse it. */
function refuseUngranted(requested: unknown, allowed: readonly string[]): void {
  if (typeof requested !== 'string' || requested === '') return
  const ungranted = requested.split(' ').filter((scope) => !allowed.includes(scope))
  if (ungranted.length > 0) throw new errors.InvalidScope('the client may not ask for this scope', ungranted.join(' '))
}

type Issued = Parameters<NonNullable<NonNullable<FormatCustomizers>['jwt']>>[1]
type FormatCustomizers = NonNullable<NonNullable<ConstructorParameters<typeof Provider>[1]>['formats']>['customizers']

/** oidc-provider forgets the JWTs it signs; an opaque twin with the same grant answers for them at introspection. */
async function saveTwin(
  provider: Provider,
  token: Issued,
  { iat, exp }: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { client, aud, scope } = token
  if (client === undefined) throw new Error('a token without a client cannot be remembered')
  const common = { client, aud, scope, iat, exp }
  if (token.kind === 'ClientCredentials') return new provider.ClientCredentials(common).save()
  const { accountId, grantId, gty } = token
  return new provider.AccessToken({ ...common, accountId, grantId, gty }).save()
}
