import type { IssuerStatus, RemoteKeys } from './remote-keys.js'
import type { Caller } from './request-scope.js'

/** Issuers asked at a time when a verifier warms up. */
const atOnce = 8

/** Whether a verifier could verify a token at this moment. */
export interface VerifierStatus {
  /** Whether it could for every issuer. */
  readonly ready: boolean
  /** Those whose keys are fetched; sets that were given and opaque tokens need none. */
  readonly issuers: readonly IssuerStatus[]
}

/** What is there, without asking anybody. */
export function statusOf(all: readonly RemoteKeys[]): VerifierStatus {
  const issuers = all.map(({ status }) => status)
  return { ready: issuers.every(({ ready }) => ready), issuers }
}

/** Fetches what is not there, a few at a time. @throws the signal's reason. */
export async function warmUp(all: readonly RemoteKeys[], caller: Caller): Promise<VerifierStatus> {
  const left = all.values()
  const work = async (): Promise<void> => {
    for (const keys of left) await keys.warmUp(caller)
  }
  caller.signal?.throwIfAborted()
  await Promise.all(Array.from({ length: atOnce }, work))
  return statusOf(all)
}
