import { digest, tokenKey } from '../cache/key.js'
import { once } from '../runtime.js'
import type { Asked } from './request.js'
import type { Settings } from './settings.js'

/** Writes the cache keys of a client: everything it was created with that selects a token, and what a call asks for. */
export class Selection {
  readonly #settings: Settings
  readonly #digests: () => Promise<Digests>

  constructor(settings: Settings) {
    this.#settings = settings
    this.#digests = once(() => digestsOf(settings))
  }

  async keyOf({ scope, resource }: Asked): Promise<string> {
    const { server, clientId, audience, parameters } = this.#settings
    const { credential, profile } = await this.#digests()
    return tokenKey({
      endpoint: server.id,
      profile,
      clientId,
      method: server.method,
      grant: server.grant.name,
      credential,
      // A scope that is not sent selects nothing.
      scope: server.profile?.scope?.send === false ? [] : scope,
      resource,
      audience,
      extra: Object.entries(parameters),
    })
  }
}

/** What selects a token and may be secret: as digests, so that no key holds it. */
interface Digests {
  /** A person's credential. */
  readonly credential: string
  /** The profile's name and what its variables hold, which may select a tenant in a header or in a body. */
  readonly profile: string
}

async function digestsOf({ server, clientId }: Settings): Promise<Digests> {
  const parameters = Object.entries(server.grant.parameters())
  const { name = '', variables = {} } = server.profile ?? {}
  const values = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    credential: parameters.length === 0 ? '' : await digest([server.id, clientId, ...parameters.flat()]),
    profile: await digest([name, ...values.flat().map(String)]),
  }
}
