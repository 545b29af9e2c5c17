import { pause } from '../pause.js'
import { isRecent } from '../recent.js'

/** Seconds between two looks at somebody else's attempt: the first and the longest. */
const firstWait = 0.02
const longestWait = 0.25

/** Seconds after which an attempt is over though nobody said so: two requests for metadata and one for keys take 15. */
const lifetime = 16

/** One attempt that others cannot join, only look at. */
interface Turn<T> {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  result?: T
}

/**
 * Takes turns where no request may wait for the promise of another: who comes second looks for what the first left
 * behind. A runtime may end a request, and with it the attempt it made; its turn ends by itself then.
 */
export class Turns<T> {
  readonly #now: () => number
  #turn: Turn<T> | undefined

  /** @param now milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Whether somebody has the turn. */
  get isTaken(): boolean {
    return this.#turn !== undefined && isRecent(this.#turn.startedAt, lifetime, this.#now())
  }

  /**
   * Does the work, or waits for what somebody else's comes to.
   *
   * @param work told when it starts, in milliseconds since the epoch.
   */
  async take(work: (startedAt: number) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (let wait = firstWait; this.isTaken; wait = Math.min(longestWait, wait * 1.5)) {
      const turn = this.#turn
      await pause(wait * (0.5 + Math.random()), signal)
      if (turn?.result !== undefined) return turn.result
    }
    const turn: Turn<T> = { startedAt: this.#now() }
    this.#turn = turn
    try {
      turn.result = await work(turn.startedAt)
      return turn.result
    } finally {
      if (this.#turn === turn) this.#turn = undefined
    }
  }
}
