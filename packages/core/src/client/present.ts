import type { StoredToken } from '../cache/store.js'
import type { Profile } from '../profiles/profile.js'
import type { Dpop } from './dpop.js'
import type { Settings } from './settings.js'

/** A request that is to carry a token. */
export interface Carrier {
  readonly method: string
  readonly url: URL
  /** For its proof. @default the last one of the server at this URL */
  readonly nonce?: string | undefined
}

/** As much of a token as a request shows of it. */
export type Presentable = Pick<StoredToken, 'accessToken' | 'tokenType'>

/**
 * The headers that carry an access token to an API: by its type, and else as the profile says.
 *
 * @param carrier unset only where no token is bound to a key.
 */
export async function credentialsFor(
  settings: Settings,
  token: Presentable,
  carrier: Carrier | undefined,
): Promise<readonly (readonly [name: string, value: string])[]> {
  const { dpop, server } = settings
  if (carrier === undefined || !isBound(token, dpop)) return [presentation(server.profile, token.accessToken)]
  const proof = await dpop.prove({ ...carrier, accessToken: token.accessToken, now: settings.now })
  return [
    ['authorization', `DPoP ${token.accessToken}`],
    ['dpop', proof],
  ]
}

/** Whether a token needs a proof (RFC 9449 §7.1). */
export function isBound({ tokenType }: Presentable, dpop: Dpop | undefined): dpop is Dpop {
  return dpop !== undefined && tokenType === 'DPoP'
}

/** RFC 6750 §2.1, unless the profile says otherwise. */
function presentation(profile: Profile, accessToken: string): readonly [name: string, value: string] {
  const { as = 'bearer', scheme, header = 'authorization' } = profile.present ?? {}
  switch (as) {
    case 'bearer':
      return ['authorization', `Bearer ${accessToken}`]
    case 'scheme':
      return ['authorization', `${scheme} ${accessToken}`]
    case 'raw':
      return ['authorization', accessToken]
    case 'header':
      return [header.toLowerCase(), scheme === undefined ? accessToken : `${scheme} ${accessToken}`]
  }
}
