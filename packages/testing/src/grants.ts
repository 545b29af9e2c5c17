import type Provider from 'oidc-provider'
import { errors, type TokenEndpointGrantContext } from 'oidc-provider'
import type { TestUser } from './credentials.js'
import type { Backend } from './dialect.js'
import { allowedScopes, resource } from './provider.js'

/** Who may get what by showing a password. */
export interface PasswordGrant {
  readonly name: 'password' | 'sign_in'
  readonly parameters: readonly string[]
  /** The scopes of the tokens, after the user has proved who they are. */
  readonly scope: (requested: string | undefined, clientId: string) => string
  /** Whether a refresh token comes along. */
  readonly refreshable: (scope: string) => boolean
}

/** Teaches oidc-provider a grant by user name and password (RFC 6749 §4.3), which OAuth 2.1 and it have dropped. */
export function registerPasswordGrant(provider: Provider, backend: Backend, grant: PasswordGrant): void {
  provider.registerGrantType(
    grant.name,
    async (ctx) => {
      const user = authenticated(backend, ctx.oidc.params)
      const scope = grant.scope(ctx.oidc.params.scope, ctx.oidc.client.clientId)
      const refused = scope.split(' ').filter((each) => each !== '' && !permitted(backend, ctx).includes(each))
      if (refused.length > 0) throw new errors.InvalidScope('the client may not ask for this scope', refused.join(' '))
      ctx.body = await issue(provider, backend, { ctx, user, scope, grant })
    },
    grant.parameters,
  )
}

function permitted(backend: Backend, ctx: TokenEndpointGrantContext): readonly string[] {
  return allowedScopes(backend, ctx.oidc.client.clientId)
}

function authenticated(backend: Backend, { username, password }: Readonly<Record<string, unknown>>): TestUser {
  const user = typeof username === 'string' ? backend.users.get(username) : undefined
  if (user === undefined || user.password !== password) throw new errors.InvalidGrant('invalid username or password')
  return user
}

interface PasswordIssue {
  readonly ctx: TokenEndpointGrantContext
  readonly user: TestUser
  readonly scope: string
  readonly grant: PasswordGrant
}

async function issue(
  provider: Provider,
  backend: Backend,
  { ctx, user, scope, grant }: PasswordIssue,
): Promise<Record<string, unknown>> {
  const { client } = ctx.oidc
  const accountId = user.username
  const consent = new provider.Grant({ clientId: client.clientId, accountId })
  consent.addResourceScope(resource, scope)
  const common = { client, accountId, grantId: await consent.save(), gty: grant.name, scope }
  const resourceServer = new provider.ResourceServer(resource, {
    scope,
    audience: backend.audience,
    accessTokenFormat: backend.dialect.tokens,
    jwt: { sign: { alg: 'RS256', kid: backend.keys.current.kid } },
  })
  const token = new provider.AccessToken({ ...common, resourceServer })
  const access_token = await token.save()
  const refresh_token = grant.refreshable(scope)
    ? await new provider.RefreshToken({ ...common, resource }).save()
    : undefined
  return { access_token, token_type: 'Bearer', expires_in: backend.state.lifetime, scope, refresh_token }
}
