import Provider, { type AdapterFactory, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { WireAnswer } from '../http.js'
import type { SigningKey } from '../keys.js'
import { logoutPage, messagePage } from './pages.js'
import type { TestPerson } from './people.js'

/** A login by password alone, in `acr` (OpenID Connect Core §2). */
export const passwordLogin = 'urn:auth-testing:password'

/** A login by password and one-time code. */
export const codeLogin = 'urn:auth-testing:code'

/** What oidc-provider is set up with. */
export interface ProviderSettings {
  readonly issuer: string
  readonly audience: string
  readonly scopes: readonly string[]
  readonly key: SigningKey
  readonly store: AdapterFactory
  readonly cookieKey: string
  readonly pushed: boolean
  readonly rotate: boolean
  readonly people: ReadonlyMap<string, TestPerson>
  readonly state: { readonly lifetime: number }
}

const hour = 60 * 60
const day = 24 * hour

/** Sets up oidc-provider for people; the pages they see are ours. */
export function createLoginProvider(settings: ProviderSettings): Provider {
  const { issuer, audience, scopes, key, people, state } = settings
  const { port } = new URL(issuer)
  const ttl = (): number => state.lifetime
  return new Provider(issuer, {
    adapter: settings.store,
    jwks: { keys: [{ ...key.privateJwk }] },
    // A browser does not keep the cookies of one port from another: two servers must not share their names.
    cookies: {
      keys: [settings.cookieKey],
      names: { session: `session-${port}`, interaction: `interaction-${port}`, resume: `resume-${port}` },
    },
    acrValues: [passwordLogin, codeLogin],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
    // A token for the API cannot ask at UserInfo, so that the ID token says who it is.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: settings.pushed },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => answer(ctx, logoutPage(form)),
        postLogoutSuccessSource: (ctx) => answer(ctx, messagePage(200, 'Logged out', 'You may close this page.')),
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
      },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: scopes.join(' '),
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256', kid: key.kid } },
        }),
      },
    },
    interactions: { policy: policy(), url: (_ctx, { uid }) => `/interaction/${uid}` },
    // RFC 9068 §2.2.1: when and how the person behind the token logged in.
    extraTokenClaims: (ctx) => {
      const { AuthorizationCode, RefreshToken } = ctx.oidc.entities
      const { acr, authTime } = AuthorizationCode ?? RefreshToken ?? {}
      return { ...(acr === undefined ? {} : { acr }), ...(authTime === undefined ? {} : { auth_time: authTime }) }
    },
    // Its own, and the dispatcher it hands over, refuse to tell a client on loopback of a logout.
    fetch: (input, { dispatcher: _, ...init } = {}) => fetch(input, init),
    findAccount: (_ctx, id) => accountOf(people.get(id)),
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    renderError: (ctx, { error, error_description }) =>
      answer(ctx, messagePage(ctx.status, 'This did not work', `${error}: ${error_description ?? 'no more is known'}`)),
    rotateRefreshToken: settings.rotate,
    ttl: {
      AccessToken: ttl,
      IdToken: () => hour,
      Interaction: () => hour,
      RefreshToken: () => 14 * day,
      Grant: () => 14 * day,
      Session: () => 14 * day,
    },
  })
}

/** Beside oidc-provider's own reasons to ask who somebody is: a login of a kind that has not been shown yet. */
function policy(): interactionPolicy.DefaultPolicy {
  const base = interactionPolicy.base()
  const stronger = new interactionPolicy.Check('acr_values', 'a login of this kind is required', ({ oidc }) =>
    wantsCode(oidc.params?.acr_values) && oidc.session?.acr !== codeLogin && oidc.result?.login === undefined
      ? interactionPolicy.Check.REQUEST_PROMPT
      : interactionPolicy.Check.NO_NEED_TO_PROMPT,
  )
  base.get('login')?.checks.add(stronger)
  return base
}

/** The values stand in the order of preference (OpenID Connect Core §3.1.2.1). */
export function wantsCode(acrValues: unknown): boolean {
  return typeof acrValues === 'string' && acrValues.split(' ')[0] === codeLogin
}

function accountOf(person: TestPerson | undefined) {
  if (person === undefined) return undefined
  const { username, name } = person
  return { accountId: username, claims: () => ({ sub: username, name, preferred_username: username }) }
}

function answer(ctx: KoaContextWithOIDC, { status, headers = {}, body = '' }: WireAnswer): void {
  ctx.status = status
  ctx.set({ ...headers })
  ctx.body = body
}
