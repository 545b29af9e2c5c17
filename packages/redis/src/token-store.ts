import type { StoredToken, StoreLock, TokenStore } from '@auth/core'
import { type Commands, commandsOf, listen, type RedisClient, type RedisSubscriber } from './client.js'
import { byOwnClock, type Envelope, envelope } from './envelope.js'
import { reasonOf, safely, type Tell } from './events.js'
import { keyRing } from './key-ring.js'
import { Memory } from './memory.js'
import { checkedNamespace, type Names, namesOf } from './names.js'
import { checkOptions, type RedisStoreOptions } from './options.js'
import { Reach } from './reach.js'
import { deleteRecord, endLock, readRecord, saveRecord, takeLock } from './scripts.js'
import { SharedClock } from './shared-clock.js'

/** Seconds for which the number of a turn is known: longer than anybody who lost theirs goes on. */
const generationLifetime = 86_400

/** A token store that has a lock. */
export type RedisStore = TokenStore & { readonly lock: NonNullable<TokenStore['lock']> }

/**
 * Keeps tokens in Redis or Valkey, encrypted, for all processes of a fleet: whichever renews one, all have it, and no
 * refresh token is sent twice. What was read lately is answered from memory, and so is everything while Redis is away.
 *
 * @param client of node-redis or ioredis, connected: one server, Sentinel or Cluster. Listen to its `error`.
 * @throws TypeError saying which option is wrong, what was expected, and an example.
 * @example
 * const redis = await createClient({ url: process.env.REDIS_URL }).on('error', log).connect()
 * const cache = redisStore(redis, { encryptionKeys: [process.env.TOKEN_KEY] })
 * const client = createTokenClient({ profile: portx(), clientId, clientSecret, cache })
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions): RedisStore {
  checkOptions(options)
  const { encryptionKeys, maxStaleness = 5, maxEntries = 1000, sessionLifetime = 7_776_000, now = Date.now } = options
  const namespace = checkedNamespace(options.namespace ?? 'auth')
  const commands = commandsOf(client)
  const tell = safely(options.onEvent)
  const records = new Records({
    commands,
    tell,
    namespace,
    sessionLifetime,
    envelope: envelope(encryptionKeys === undefined ? undefined : keyRing(encryptionKeys)),
    memory: new Memory(maxEntries, maxStaleness * 1000, now),
    clock: new SharedClock(now),
  })
  if (options.subscriber !== undefined) records.listen(options.subscriber)
  return Object.freeze({
    get: (key: string) => records.get(key),
    set: (key: string, token: StoredToken, lifetime: number | undefined) => records.set(key, token, lifetime),
    delete: (key: string) => records.delete(key),
    lock: (key: string, lifetime: number) => records.lock(key, lifetime),
  })
}

interface RecordsOptions {
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
}

class Records {
  readonly #options: RecordsOptions
  /** Apart, because a replica that cannot be written to can be read. */
  readonly #reading: Reach
  readonly #writing: Reach
  readonly #reads = new Map<string, Promise<StoredToken | undefined>>()
  readonly #turns = new Map<string, Turn>()
  /** How often somebody else deleted a record: what was asked for before may be one. */
  #deletions = 0

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
      this.#deletions++
      memory.forgetDigest(digest)
    }
    listen(subscriber, this.#channel, heard).catch((error: unknown) =>
      tell({ type: 'command_failed', operation: 'subscribe', reason: reasonOf(error) }),
    )
  }

  get(key: string): Promise<StoredToken | undefined> | StoredToken | undefined {
    const { memory } = this.#options
    const fresh = memory.fresh(key)
    if (fresh !== undefined) return fresh
    // Whoever has the lock must not be told what was so before.
    if (memory.isDoubtful(key)) return this.#read(key)
    const joined = this.#reads.get(key) ?? this.#read(key).finally(() => this.#reads.delete(key))
    this.#reads.set(key, joined)
    return joined
  }

  async #read(key: string): Promise<StoredToken | undefined> {
    const { memory } = this.#options
    const names = await this.#names(key)
    const before = this.#deletions
    try {
      const found = await this.#readNow(key, names)
      if (found !== undefined && before === this.#deletions) return memory.keep(key, found, names.digest)
      memory.forget(key)
      return found
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
    const answer = await this.#reading.ask('get', (commands) => commands.run(readRecord, [name], []))
    const [record, seconds, microseconds]: readonly unknown[] = Array.isArray(answer) ? answer : []
    clock.look(sent, seconds, microseconds)
    if (typeof record !== 'string' || record === '') return undefined
    const found = await envelope.read(record, key)
    if (typeof found !== 'string') return byOwnClock(found, clock.ahead ?? 0)
    tell({ type: 'record_unreadable', reason: found })
    return undefined
  }

  async set(key: string, token: StoredToken, lifetime: number | undefined): Promise<void> {
    const { memory, envelope, sessionLifetime, tell, clock } = this.#options
    const turn = this.#turns.get(key)
    const names = await this.#names(key)
    // Before it is written: whoever asks meanwhile must not get an older one.
    memory.keep(key, token, names.digest)
    if (clock.ahead === undefined) await this.#readNow(key, names)
    const payload = await envelope.write({ token, ahead: clock.ahead ?? 0 }, key)
    const values = [String(turn?.generation ?? ''), payload, String(milliseconds(lifetime ?? sessionLifetime))]
    const saved = await this.#run('set', saveRecord, [names.token, names.generation], values)
    if (saved === 1) return
    memory.forget(key)
    tell({ type: 'write_superseded' })
  }

  async delete(key: string): Promise<void> {
    const { memory } = this.#options
    memory.forget(key)
    const { digest, token, generation } = await this.#names(key)
    await this.#run('delete', deleteRecord, [token, generation], [String(milliseconds(generationLifetime))])
    // It is gone; who is not told of it finds out within `maxStaleness`.
    await this.#writing.ask('publish', (commands) => commands.publish(this.#channel, digest)).catch(() => undefined)
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
    memory.doubt(key)
    this.#turns.set(key, { owner, generation })
    return {
      release: async () => {
        if (this.#turns.get(key)?.owner === owner) {
          this.#turns.delete(key)
          memory.trust(key)
        }
        await this.#end(names, owner)
      },
    }
  }

  async #end({ lock }: Names, owner: string): Promise<void> {
    await this.#run('release', endLock, [lock], [owner])
  }

  async #run(
    operation: 'set' | 'delete' | 'lock' | 'release',
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
  return Math.max(1, Math.ceil(seconds * 1000))
}
