import type { Commands } from './client.js'
import { type RedisOperation, reasonOf, type Tell } from './events.js'

/** Milliseconds a command may take: less than the 250 of the token client, so that memory can answer in its place. */
const budget = 200

/** Milliseconds for which commands are not sent after one that failed: the first time, and the longest. */
const pause = { first: 100, longest: 5000 } as const

/** A command that was not sent, or brought nothing. It says nothing of what it was about. */
export class OutOfReach extends Error {
  override readonly name = 'OutOfReach'
}

/**
 * Sends commands within a budget, and none for a while after one that failed, twice as long each time: whoever asks for a
 * token must not wait for a store that is away.
 */
export class Reach {
  readonly #commands: Commands
  readonly #tell: Tell
  #failures = 0
  #until = Number.NEGATIVE_INFINITY

  constructor(commands: Commands, tell: Tell) {
    this.#commands = commands
    this.#tell = tell
  }

  /**
   * @param late told of an answer that nobody waits for any more.
   * @throws OutOfReach
   */
  async ask(
    operation: RedisOperation,
    command: (commands: Commands) => Promise<unknown>,
    late?: (answer: unknown) => void,
  ): Promise<unknown> {
    if (performance.now() < this.#until) throw new OutOfReach('Redis failed a moment ago')
    if (!this.#commands.isReady()) throw this.#failed(operation, 'not_connected')
    const sent = performance.now()
    const answer = command(this.#commands)
    let timer: ReturnType<typeof setTimeout> | undefined
    const over = Symbol('over')
    try {
      const first = await Promise.race([
        answer,
        new Promise<typeof over>((resolve) => {
          timer = setTimeout(() => resolve(over), budget)
        }),
      ])
      if (first === over) {
        answer.then(late, () => undefined)
        throw this.#failed(operation, 'timeout')
      }
      // One that was sent before the last failure does not say that it is over.
      if (sent >= this.#until) this.#failures = 0
      return first
    } catch (error) {
      throw error instanceof OutOfReach ? error : this.#failed(operation, reasonOf(error))
    } finally {
      clearTimeout(timer)
    }
  }

  #failed(operation: RedisOperation, reason: ReturnType<typeof reasonOf> | 'timeout' | 'not_connected'): OutOfReach {
    const wait = Math.min(pause.longest, pause.first * 2 ** Math.min(this.#failures, 10))
    this.#failures++
    this.#until = performance.now() + wait * (0.5 + Math.random() / 2)
    this.#tell({ type: 'command_failed', operation, reason })
    return new OutOfReach(`Redis did not do what it was asked to (${operation}: ${reason})`)
  }
}
