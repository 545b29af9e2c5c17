import { TokenRequestError } from '../errors.js'
import { TransportFailure } from '../oauth/transport.js'
import { pause } from '../pause.js'
import { tokenRequestError } from './failure.js'

/** How often the server is asked again within one wait. */
const maxRetries = 2

/** Answers of a proxy whose server is away for a moment, mostly; what waits longer says so by `Retry-After`. */
const passing: readonly (number | undefined)[] = [502, 503, 504]

/**
 * Asks again, twice at most, after a failure that may be over at once. Only for what may be sent twice.
 *
 * @param told hears of each time, 1 for the first.
 */
export async function withRetries<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  told: (attempt: number, error: TokenRequestError) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt > maxRetries || !mayPass(error)) throw error
      told(attempt, tokenRequestError(error))
      // Full jitter: those who failed together should not come back together.
      await pause(0.1 * 2 ** attempt * Math.random(), signal)
    }
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof TransportFailure) return error.code === 'network_error'
  return error instanceof TokenRequestError && passing.includes(error.status) && error.retryAt === undefined
}
