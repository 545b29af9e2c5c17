import type { RemoteKeys } from './remote-keys.js'
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

/** The keys of one issuer. */
export interface IssuerStatus {
  readonly issuer: string
  /** Whether its tokens can be verified, if need be by keys from before an outage. */
  readonly ready: boolean
  /** How many of its keys can be used. */
  readonly keys: number
  /** When they were asked for, in seconds since the epoch. */
  readonly fetchedAt: number | undefined
  /** Why the last attempt failed, if it did; for logs. */
  readonly failure: string | undefined
}

/** What is there, without asking anybody. */
export function statusOf(all: readonly RemoteKeys[]): VerifierStatus {
  const issuers = all.map(issuerStatus)
  return { ready: issuers.every(({ ready }) => ready), issuers }
}

function issuerStatus({ issuer, state }: RemoteKeys): IssuerStatus {
  const { current, ready, failure } = state
  const fetchedAt = current === undefined ? undefined : current.startedAt / 1000
  return { issuer, ready, keys: current?.set.keys.length ?? 0, fetchedAt, failure }
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
