import type { TokenClient } from '@auth/core'
import type { Doorway } from '@auth/testing'
import type { Caller } from './cases.js'

/** A `fetch` for each caller; none where this server's tokens cannot be wrong in that way. */
export type Callers = Readonly<Record<Caller, typeof globalThis.fetch | undefined>>

const hourAgo = -3600

/** What the callers of one profile are made from. */
export interface CallersOptions {
  readonly doorway: Doorway
  readonly reader: TokenClient
  readonly owner: TokenClient
  readonly opaque: boolean
  readonly fetch: typeof globalThis.fetch
}

/** Gets or makes a token for each caller. */
export async function callersFor({ doorway, reader, owner, opaque, fetch }: CallersOptions): Promise<Callers> {
  const { audience } = doorway
  const presenting = (token: string) => withToken(token, fetch)
  return {
    client: reader.fetch,
    nobody: fetch,
    garbage: presenting('garbage'),
    expired: presenting(await doorway.issue({ expiresIn: hourAgo })),
    wrongAudience: presenting(await doorway.issue({ audience: 'https://other.example.test' })),
    wrongIssuer: presenting(await doorway.issue({ issuer: 'https://other.example.test', audience })),
    revoked: opaque ? presenting(await revokedToken(owner)) : undefined,
  }
}

/** A token that was good until its own client revoked it. */
async function revokedToken(owner: TokenClient): Promise<string> {
  const { accessToken } = await owner.getToken()
  await owner.revoke()
  return accessToken
}

function withToken(token: string, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('authorization', `Bearer ${token}`)
    return fetch(input, { ...init, headers })
  }
}
