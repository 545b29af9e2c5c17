import type { StoredToken } from '@auth/core'

/** A key of 32 bytes, the same for each number. */
export function keyOf(number: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(32).fill(number)
}

/** A token that is good for an hour. */
export function tokenOf(accessToken: string, over: Partial<StoredToken> = {}): StoredToken {
  const now = Date.now() / 1000
  return {
    accessToken,
    tokenType: 'Bearer',
    issuedAt: now,
    renewAt: now + 3000,
    waitAt: now + 3500,
    expiresAt: now + 3600,
    metadata: {},
    ...over,
  }
}
