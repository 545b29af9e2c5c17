import { until } from '../until.js'
import { unavailable } from './refusal.js'

/** Seconds that what a caller handed in may take, a store of proofs for instance. */
const timeout = 1
/** Seconds after which to try again where it failed. */
const retryAfter = 1

/**
 * Asks what a caller handed in, and fails closed: what throws, or does not answer within a second, makes a 503.
 *
 * @throws Refusal `temporarily_unavailable`; the signal's reason when the caller leaves.
 */
export async function inTime<T>(what: string, ask: () => T | Promise<T>, caller: AbortSignal | undefined): Promise<T> {
  const deadline = AbortSignal.timeout(timeout * 1000)
  const signal = caller === undefined ? deadline : AbortSignal.any([deadline, caller])
  try {
    return await until(Promise.resolve(ask()), signal)
  } catch {
    caller?.throwIfAborted()
    throw unavailable(`${what} ${deadline.aborted ? 'did not answer in time' : 'threw'}`, retryAfter)
  }
}
