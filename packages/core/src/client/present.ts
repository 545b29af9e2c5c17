import type { StoredToken } from '../cache/store.js'
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
 * The headers that carry an access token to an API: by its type, else as the profile says, else by RFC 6750 §2.1.
 *
 * @param carrier unset only where no token is bound to a key.
 */
export async function credentialsFor(
  { dpop, now, server }: Settings,
  token: Presentable,
  carrier: Carrier | undefined,
): Promise<Readonly<Record<string, string>>> {
  const { accessToken } = token
  if (carrier !== undefined && isBound(token, dpop)) {
    const proof = await dpop.prove({ ...carrier, accessToken, now })
    return { authorization: `DPoP ${accessToken}`, dpop: proof }
  }
  const { as = 'bearer', scheme, header = '' } = server.profile.present ?? {}
  const prefix = { bearer: 'Bearer', scheme, raw: undefined, header: scheme }[as]
  const name = as === 'header' ? header.toLowerCase() : 'authorization'
  return { [name]: prefix === undefined ? accessToken : `${prefix} ${accessToken}` }
}

/** Whether a token needs a proof (RFC 9449 §7.1). */
export function isBound({ tokenType }: Presentable, dpop: Dpop | undefined): dpop is Dpop {
  return dpop !== undefined && tokenType === 'DPoP'
}
