import type { StoredToken, StoreLock } from '@auth/core'
import { type Commands, listen, type RedisSubscriber } from './client.js'
import { byOwnClock, type Envelope, maxLength } from './envelope.js'
import { reasonOf, type Tell } from './events.js'
import type { Memory } from './memory.js'
import { type Names, namesOf } from './names.js'
import { Reach } from './reach.js'
import { deleteRecord, endLock, readRecord, saveRecord, takeLock } from './scripts.js'
import type { SharedClock } from './shared-clock.js'

/** Seconds for which the number of a turn is known: longer than anybody who lost theirs goes on. */
const generationLifetime = 86_400

/** Milliseconds, 10 years: a server may say that a token lives for longer than Redis can count. */
const maxLifetime = 315_360_000_000

/** What records are made of. */
export interface RecordsOptions {
  readonly commands: Commands
  readonly tell: Tell
  readonly namespace: string
  /** Seconds. */
  readonly sessionLifetime: number
  readonly envelope: Envelope
  readonly memory: Memory
  readonly clock: SharedClock
}

/** A lock of this process. */
interface Turn {
  readonly owner: string
  readonly generation: number
  /** Whether a refresh token it brought has not been saved yet: the old one, which works no more, is still there. */
  unsaved: boolean
}

/** Records in Redis, and what this process knows of them. */
export class Records {
  readonly #options: RecordsOptions
  /** Apart, because a replica that cannot be written to can be read. */
  readonly #reading: Reach
  readonly #writing: Reach
  readonly #reads = new Map<string, Promise<StoredToken | undefined>>()
  readonly #turns = new Map<string, Turn>()
  /** The turns of tokens that could not be saved in them: they are saved later, unless somebody else was quicker. */
  readonly #late = new WeakMap<StoredToken, Turn>()
  /** How often what is stored has changed, as far as this process knows. */
  #changes = 0

  constructor(options: RecordsOptions) {
    const { commands, tell } = options
    this.#options = options
    this.#reading = new Reach(commands, tell)
    this.#writing = new Reach(commands, tell)
  }

  get #channel(): string {
    return `${this.#options.namespace}:deleted`
  }

  listen(subscriber: RedisSubscriber): void {
    const { memory, tell } = this.#options
    const heard = (digest: string): void => {
      this.#changed()
      memory.forgetDigest(digest)
    }
    listen(subscriber, this.#channel, heard).catch((error: unknown) =>
      tell({ type: 'command_failed', operation: 'subscribe', reason: reasonOf(error) }),
    )
  }

  get(key: string): Promise<StoredToken | undefined> | StoredToken | undefined {
    const fresh = this.#options.memory.fresh(key)
    if (fresh !== undefined) return fresh
    const current = this.#reads.get(key)
    if (current !== undefined) return current
    const read = this.#read(key, this.#changes).finally(() => {
      if (this.#reads.get(key) === read) this.#reads.delete(key)
    })
    this.#reads.set(key, read)
    return read
  }

  /** From now on, what was asked for before is not to be believed. */
  #changed(): void {
    this.#changes++
    this.#reads.clear()
  }

  /** @param before how often what is stored had changed when this was asked: what was read may be older than that. */
  async #read(key: string, before: number): Promise<StoredToken | undefined> {
    const { memory } = this.#options
    const names = await this.#names(key)
    try {
      const found = await this.#readNow(key, names)
      if (before !== this.#changes) return found
      if (found !== undefined) return memory.keep(key, found, names.digest)
      memory.forget(key)
      return undefined
    } catch (error) {
      const last = memory.last(key)
      if (last === undefined) throw error
      return last
    }
  }

  /** @throws OutOfReach */
  async #readNow(key: string, { token: name }: Names): Promise<StoredToken | undefined> {
    const { envelope, tell, clock } = this.#options
    const sent = performance.now()
    const answer = await this.#reading.ask('get', (commands) => commands.run(readRecord, [name], [String(maxLength)]))
    const [record, seconds, microseconds]: readonly unknown[] = Array.isArray(answer) ? answer : []
    clock.look(sent, seconds, microseconds)
    if (typeof record !== 'string' || record === '') return undefined
    const found = await envelope.read(record, key)
    if (typeof found !== 'string') return byOwnClock(found, clock.ahead ?? 0)
    tell({ type: 'record_unreadable', reason: found })
    return undefined
  }

  async set(key: string, token: StoredToken, lifetime: number | undefined): Promise<void> {
    const { memory, sessionLifetime, tell } = this.#options
    const turn = this.#late.get(token) ?? this.#turns.get(key)
    const names = await this.#names(key)
    // Before it is written: whoever asks meanwhile must not get an older one.
    this.#changed()
    memory.keep(key, token, names.digest)
    try {
      const payload = await this.#sealed(key, token, names)
      const values = [String(turn?.generation ?? ''), payload, String(milliseconds(lifetime ?? sessionLifetime))]
      const saved = await this.#run('set', saveRecord, [names.token], values)
      if (saved !== 1) {
        memory.forget(key)
        tell({ type: 'write_superseded' })
      }
    } catch (error) {
      if (turn !== undefined) this.#late.set(token, turn)
      if (turn !== undefined && token.refreshToken !== undefined) turn.unsaved = true
      throw error
    }
    if (turn?.unsaved !== true) return
    turn.unsaved = false
    // Otherwise it ends by itself.
    if (this.#turns.get(key) !== turn) await this.#end(names, turn.owner).catch(() => undefined)
  }

  async #sealed(key: string, token: StoredToken, names: Names): Promise<string> {
    const { envelope, clock } = this.#options
    if (clock.ahead === undefined) await this.#readNow(key, names)
    return await envelope.write({ token, ahead: clock.ahead ?? 0 }, key)
  }

  async delete(key: string): Promise<void> {
    const { memory } = this.#options
    this.#changed()
    memory.forget(key)
    const { digest, token, generation } = await this.#names(key)
    const values = [String(milliseconds(generationLifetime)), this.#channel, digest]
    await this.#run('delete', deleteRecord, [token, generation], values)
    // Again: a read that was asked for meanwhile may have found it, and been answered already.
    this.#changed()
    memory.forget(key)
  }

  async lock(key: string, lifetime: number): Promise<StoreLock | undefined> {
    const { memory } = this.#options
    const names = await this.#names(key)
    const owner = crypto.randomUUID()
    const keys = [names.lock, names.generation, names.token]
    const values = [owner, ...[lifetime, generationLifetime].map((each) => String(milliseconds(each)))]
    const generation = await this.#run('lock', takeLock, keys, values, (late) => {
      // Nobody waits for it: it would be held by nobody until its end.
      if (late !== 0) void this.#end(names, owner).catch(() => undefined)
    })
    if (typeof generation !== 'number' || generation === 0) {
      memory.outdate(key)
      return undefined
    }
    const turn: Turn = { owner, generation, unsaved: false }
    this.#changed()
    memory.doubt(key)
    this.#turns.set(key, turn)
    return {
      release: async () => {
        if (this.#turns.get(key) === turn) {
          this.#turns.delete(key)
          memory.trust(key)
        }
        // Whoever came next would send a refresh token that works no more: it ends with the write, or by itself.
        if (!turn.unsaved) await this.#end(names, owner)
      },
    }
  }

  async #end({ lock }: Names, owner: string): Promise<void> {
    await this.#writing.insist('release', (commands) => commands.run(endLock, [lock], [owner]))
  }

  async #run(
    operation: 'set' | 'delete' | 'lock',
    script: string,
    keys: readonly string[],
    values: readonly string[],
    late?: (answer: unknown) => void,
  ): Promise<unknown> {
    return await this.#writing.ask(operation, (commands) => commands.run(script, keys, values), late)
  }

  #names(key: string): Promise<Names> {
    return namesOf(this.#options.namespace, key)
  }
}

/** Redis takes whole ones above 0. */
function milliseconds(seconds: number): number {
  return Math.min(maxLifetime, Math.max(1, Math.ceil(seconds * 1000)))
}
