import type Provider from 'oidc-provider'
import type { AccessToken, AdapterFactory, Client, ClientCredentials } from 'oidc-provider'
import { inner, innerBasic, type Registry, type TestUser } from './credentials.js'
import type { Dialect, TokenClaims } from './dialect.js'
import { connect, type Exchange, type ProviderAnswer, type ProviderRequest } from './exchange.js'
import { isObject } from './http.js'
import type { KeyRing, SigningKey } from './keys.js'
import { createProvider } from './provider.js'

/** A client that proves itself by signing (RFC 7523). */
export interface AssertionClient {
  readonly clientId: string
  readonly key: SigningKey
}

/** What oidc-provider is set up with. */
export interface BackendSettings {
  readonly issuer: string
  readonly audience: string
  readonly keys: KeyRing
  readonly store: AdapterFactory
  readonly registry: Registry
  readonly users: ReadonlyMap<string, TestUser>
  readonly assertionClient?: AssertionClient | undefined
  /** Lifetime of tokens issued from now on, in seconds. */
  readonly state: { lifetime: number }
}

/** A token that is known and has not been revoked, expired or not. */
export type StoredToken = AccessToken | ClientCredentials

/** The authorization server behind a doorway: oidc-provider, and what it does not remember by itself. */
export interface Backend extends BackendSettings {
  readonly dialect: Dialect
  readonly provider: Provider
  readonly exchange: Exchange
  /** Asks oidc-provider for a token. */
  token(parameters: Readonly<Record<string, string>>, authorization?: string): Promise<ProviderAnswer>
  client(clientId: string): Promise<Client>
  /** The name under which oidc-provider knows a token; one that cannot exist when it was never issued. */
  handle(token: string): string
  /** Lets introspection answer for a token that oidc-provider did not hand out itself, and with other members. */
  remember(token: string, handle: string, bent?: TokenClaims): void
  bent(token: string): TokenClaims
  find(token: string): Promise<StoredToken | undefined>
  /** Sets oidc-provider up again with the keys that are in the ring now. */
  rebuild(): void
}

export function createBackend(dialect: Dialect, settings: BackendSettings): Backend {
  const handles = new Map<string, string>()
  const bents = new Map<string, TokenClaims>()
  let provider: Provider
  let exchange: Exchange
  let previous: Promise<unknown> = Promise.resolve()
  // One after the other: oidc-provider looks at a refresh token and marks it used in two steps, which two requests that
  // were let go at the same moment would both get through.
  const inTurn = (request: ProviderRequest): Promise<ProviderAnswer> => {
    const answer = previous.then(() => exchange(request))
    previous = answer.catch(() => {})
    return answer
  }

  const backend: Backend = {
    ...settings,
    dialect,
    get provider() {
      return provider
    },
    get exchange() {
      return exchange
    },
    async token(parameters, authorization) {
      const form = Object.entries(parameters).map(([name, value]): [string, string] => [
        name,
        name.startsWith('client_') ? inner(value) : value,
      ])
      const answer = await inTurn({
        method: 'POST',
        path: dialect.paths.token,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(authorization === undefined ? {} : { authorization: innerBasic(authorization) }),
        },
        body: String(new URLSearchParams(form)),
      })
      const token = isObject(answer.body) ? answer.body.access_token : undefined
      if (typeof token === 'string' && answer.twin !== undefined) handles.set(token, answer.twin)
      return answer
    },
    async client(clientId) {
      const client = await provider.Client.find(inner(clientId))
      if (client === undefined) throw new Error(`the ${dialect.name} doorway knows no client '${clientId}'`)
      return client
    },
    // oidc-provider's own names hold no dot, and it refuses to look at anything that looks like a JWT.
    handle: (token) => handles.get(token) ?? (token.includes('.') ? 'never-issued' : token),
    remember(token, handle, bent = {}) {
      handles.set(token, handle)
      bents.set(token, bent)
    },
    bent: (token) => bents.get(token) ?? {},
    async find(token) {
      const handle = backend.handle(token)
      return (
        (await provider.AccessToken.find(handle, { ignoreExpiration: true })) ??
        (await provider.ClientCredentials.find(handle, { ignoreExpiration: true }))
      )
    },
    rebuild() {
      provider = createProvider(dialect, settings)
      dialect.register(provider, backend)
      exchange = connect(provider)
    },
  }
  backend.rebuild()
  return backend
}
