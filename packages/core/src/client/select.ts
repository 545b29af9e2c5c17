import { digest, tokenKey } from '../cache/key.js'
import type { Profile } from '../profiles/profile.js'
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
export function selector(settings: Settings): (asked: Asked) => Promise<Selected> {
  const { server, clientId, audience, parameters, dpop } = settings
  const profile = once(() => digestOf(server.profile))
  const credentials = new WeakMap<Grant, () => Promise<string>>()
  /** A person's credential, as a digest so that no key holds it; made once for each grant. */
  const credentialOf = (grant: Grant): Promise<string> => {
    const known =
      credentials.get(grant) ??
      once(async () => {
        const identity = grant.identity()
        return identity.length === 0 ? '' : await digest([server.placeOf(grant.name), clientId, ...identity])
      })
    credentials.set(grant, known)
    return known()
  }
  const keyOf = async ({ scope, resource, grant }: Asked, credential: string): Promise<string> =>
    tokenKey({
      endpoint: server.placeOf(grant.name),
      profile: await profile(),
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
  return async (asked) => {
    const { grant, scope, resource } = asked
    const credential = await credentialOf(grant)
    const key = await keyOf(asked, credential)
    // A refresh token from elsewhere is one session, whatever is asked for; other grants begin one for each key.
    const isApart = grant.name !== 'refresh_token' || (scope === settings.scope && resource === settings.resource)
    const sessionKey = isApart ? key : await keyOf({ ...settings, grant }, credential)
    return { key, sessionKey, credential: `${grant.name} ${credential}` }
  }
}

/** The profile's name and what its variables hold, which may select a tenant in a header or in a body. */
async function digestOf({ name, variables = {} }: Profile): Promise<string> {
  const values = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1))
  return await digest([name, ...values.flat().map(String)])
}
