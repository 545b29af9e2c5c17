import type Provider from 'oidc-provider'
import { inner, innerBasic } from './credentials.js'
import type { Backend, BackendSettings, Dialect, TokenClaims } from './dialect.js'
import { connect, type Exchange, type ProviderAnswer, type ProviderRequest } from './exchange.js'
import { isObject } from './http.js'
import { createProvider } from './provider.js'

/** Puts oidc-provider behind a dialect. */
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
