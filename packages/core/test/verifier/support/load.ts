import type { VerifierEvent } from '../../../src/verifier/events.js'
import type { Verifier, VerifierOptions } from '../../../src/verifier/types.js'
import { createVerifier } from '../../../src/verifier/verifier.js'
import { type Handler, startServer, type TestServer } from './http.js'
import { audience, clockAt, epoch, issuer, type TestClock } from './tokens.js'

/** An issuer's key endpoint and a verifier, in simulated time. */
export interface Simulation extends AsyncDisposable {
  readonly server: TestServer
  readonly verifier: Verifier
  readonly clock: TestClock
  /** When each fetch of keys was made, in seconds since the simulation began. */
  readonly fetchedAt: readonly number[]
  /** Resolves when no fetch is under way, those behind an answer included. */
  settled(): Promise<void>
}

/** A verifier without a memory of tokens, so that each verification needs its key. */
export async function simulate(keys: Handler, options: Partial<VerifierOptions> = {}): Promise<Simulation> {
  const server = await startServer(keys)
  const clock = clockAt()
  const fetchedAt: number[] = []
  const waiting = new Set<() => void>()
  let ended = 0
  const onEvent = ({ type }: VerifierEvent): void => {
    if (type !== 'keys_fetched' && type !== 'keys_unavailable') return
    ended++
    for (const look of waiting) look()
  }
  const verifier = createVerifier({
    issuer,
    audience,
    jwks: `${server.origin}/jwks`,
    clockTolerance: 0,
    verifiedTokenCache: false,
    now: clock,
    onEvent,
    fetch: (input, init) => {
      fetchedAt.push(clock() / 1000 - epoch)
      return fetch(input, init)
    },
    ...options,
  })
  return {
    server,
    verifier,
    clock,
    fetchedAt,
    settled: async () => {
      // What was begun behind an answer reaches its fetch some promises later.
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (ended < fetchedAt.length) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
