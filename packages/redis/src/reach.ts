import type { Commands } from './client.js'
import { type RedisOperation, reasonOf, type Tell } from './events.js'

/** Milliseconds a command may take: less than the 250 of the token client, so that memory can answer in its place. */
const budget = 200

/** Milliseconds by which a timer may be late before this process counts as held up, and what it has then. */
const heldUp = 20
const anotherLook = 50

/** Milliseconds for which commands are not sent after one that failed: the first time, and the longest. */
const pause = { first: 100, longest: 5000 } as const

/** A command that was not sent, or brought nothing. It says nothing of what it was about. */
export class OutOfReach extends Error {
  override readonly name = 'OutOfReach'
}

/**
 * Sends commands within a budget, and none for a while after one that failed, twice as long each time: whoever asks for a
 * token must not wait for a store that is away. After the pause one goes first, and the others wait for how it fares.
 */
export class Reach {
  readonly #commands: Commands
  readonly #tell: Tell
  #failures = 0
  #until = Number.NEGATIVE_INFINITY
  #first: Promise<unknown> | undefined

  constructor(commands: Commands, tell: Tell) {
    this.#commands = commands
    this.#tell = tell
  }

  /**
   * @param late told of an answer that nobody waits for any more.
   * @throws OutOfReach
   */
  async ask(operation: RedisOperation, command: Command, late?: (answer: unknown) => void): Promise<unknown> {
    await this.#first
    if (performance.now() < this.#until) throw new OutOfReach('Redis failed a moment ago')
    const answer = this.insist(operation, command, late)
    if (this.#failures === 0) return await answer
    const first = answer
      .catch(() => undefined)
      .finally(() => {
        if (this.#first === first) this.#first = undefined
      })
    this.#first = first
    return await answer
  }

  /** As `ask`, in a pause as well: for what is owed to others, and nobody waits for here. @throws OutOfReach */
  async insist(operation: RedisOperation, command: Command, late?: (answer: unknown) => void): Promise<unknown> {
    const sent = performance.now()
    const budget = new Budget()
    try {
      if (!this.#commands.isReady()) throw this.#failed(operation, 'not_connected', sent)
      const answer = Promise.resolve(command(this.#commands))
      const first = await Promise.race([answer, budget.over])
      if (first === over) {
        answer.then(late, () => undefined)
        throw this.#failed(operation, 'timeout', sent)
      }
      // One that was sent before the last failure does not say that it is over.
      if (sent >= this.#until) this.#failures = 0
      return first
    } catch (error) {
      throw error instanceof OutOfReach ? error : this.#failed(operation, reasonOf(error), sent)
    } finally {
      budget.end()
    }
  }

  #failed(
    operation: RedisOperation,
    reason: ReturnType<typeof reasonOf> | 'timeout' | 'not_connected',
    sent: number,
  ): OutOfReach {
    // Those that were under way together failed once, however many they were.
    if (sent >= this.#until) {
      const wait = Math.min(pause.longest, pause.first * 2 ** Math.min(this.#failures, 10))
      this.#failures++
      this.#until = performance.now() + wait * (0.5 + Math.random() / 2)
    }
    this.#tell({ type: 'command_failed', operation, reason })
    return new OutOfReach(`Redis did not do what it was asked to (${operation}: ${reason})`)
  }
}

type Command = (commands: Commands) => Promise<unknown>

const over: unique symbol = Symbol('over')

/** The time a command has. A process that was held up itself has an answer unread, maybe: it gets another look. */
class Budget {
  readonly over: Promise<typeof over>
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    const due = performance.now() + budget
    this.over = new Promise((resolve) => {
      this.#timer = setTimeout(() => {
        const late = performance.now() - due > heldUp
        this.#timer = setTimeout(() => resolve(over), late ? anotherLook : 0)
      }, budget)
    })
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
