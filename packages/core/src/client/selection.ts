import { digest, tokenKey } from '../cache/key.js'
import { once } from '../runtime.js'
import type { Grant } from './grants/grant.js'
import type { Asked } from './request.js'
import type { Settings } from './settings.js'

/** Under what a token is kept. */
export interface Selected {
  readonly key: string
  /** The key under which its refresh token is kept, which may serve several keys. */
  readonly sessionKey: string
  /** The part of the key that says who the client speaks for: a digest, the same whatever is asked for. */
  readonly credential: string
}

/** Writes the cache keys of a client: everything it was created with that selects a token, and what a call asks for. */
export class Selection {
  readonly #settings: Settings
  readonly #profile: () => Promise<string>
  readonly #credentials = new WeakMap<Grant, () => Promise<string>>()

  constructor(settings: Settings) {
    this.#settings = settings
    this.#profile = once(() => profileOf(settings))
  }

  async of(asked: Asked): Promise<Selected> {
    const { grant } = asked
    const { scope, resource } = this.#settings
    const credential = await this.#credentialOf(grant)
    const key = await this.#keyOf(asked, credential)
    // A refresh token from elsewhere is one session, whatever is asked for; other grants begin one for each key.
    const isApart = grant.name !== 'refresh_token' || (asked.scope === scope && asked.resource === resource)
    const sessionKey = isApart ? key : await this.#keyOf({ scope, resource, grant }, credential)
    return { key, sessionKey, credential: `${grant.name} ${credential}` }
  }

  async #keyOf({ scope, resource, grant }: Asked, credential: string): Promise<string> {
    const { server, clientId, audience, parameters, dpop } = this.#settings
    return tokenKey({
      endpoint: server.placeOf(grant.name),
      profile: await this.#profile(),
      clientId,
      method: server.method,
      thumbprint: (await dpop?.thumbprint()) ?? '',
      grant: grant.name,
      credential,
      // A scope that is not sent selects nothing.
      scope: server.profile.scope?.send === false ? [] : scope,
      resource,
      audience,
      extra: Object.entries(parameters),
    })
  }

  /** A person's credential, as a digest so that no key holds it; made once for each grant. */
  #credentialOf(grant: Grant): Promise<string> {
    const known = this.#credentials.get(grant) ?? once(() => credentialOf(this.#settings, grant))
    this.#credentials.set(grant, known)
    return known()
  }
}

async function credentialOf(settings: Settings, grant: Grant): Promise<string> {
  const identity = grant.identity()
  return identity.length === 0
    ? ''
    : await digest([settings.server.placeOf(grant.name), settings.clientId, ...identity])
}

/** The profile's name and what its variables hold, which may select a tenant in a header or in a body. */
async function profileOf({ server }: Settings): Promise<string> {
  const { name, variables = {} } = server.profile
  const values = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1))
  return await digest([name, ...values.flat().map(String)])
}
