import { TokenRequestError } from '../errors.js'
import { until } from '../until.js'
import { tokenRequestError } from './failure.js'

/** Ends a client's work under way. A signal of the client's own would belong to the request that made it, on some runtimes. */
export class Closing {
  #closed = false
  readonly #underWay = new Set<AbortController>()

  get closed(): boolean {
    return this.#closed
  }

  close(): void {
    this.#closed = true
    for (const controller of this.#underWay) controller.abort()
  }

  /** @throws TokenRequestError once it is closed. */
  refuse(): void {
    if (this.closed) throw new TokenRequestError({ code: 'client_closed', message: 'The token client was closed' })
  }

  /**
   * Does work that ends by itself after some seconds, or when the client is closed.
   *
   * @throws the signal's reason; what the work throws.
   */
  async limit<T>(seconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    const signal = AbortSignal.any([AbortSignal.timeout(Math.ceil(seconds * 1000)), controller.signal])
    this.#underWay.add(controller)
    try {
      return await until(work(signal), signal)
    } finally {
      this.#underWay.delete(controller)
    }
  }
}

/** Work for a client, within its overall deadline, and some seconds more. @throws TokenRequestError */
export async function limited<T>(
  { closing, timeout }: { readonly closing: Closing; readonly timeout: number },
  work: (signal: AbortSignal) => Promise<T>,
  more = 0,
): Promise<T> {
  closing.refuse()
  try {
    return await closing.limit(timeout * 3 + more, work)
  } catch (error) {
    closing.refuse()
    throw tokenRequestError(error)
  }
}
