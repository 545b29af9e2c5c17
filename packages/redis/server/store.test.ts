import { storeContract } from '@auth/testing'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NodeRedis } from '../src/client.js'
import type { RedisStoreEvent } from '../src/events.js'
import type { RedisStoreOptions } from '../src/options.js'
import { type RedisStore, redisStore } from '../src/token-store.js'
import { type Connected, clients } from './support/clients.js'
import { keyOf, tokenOf } from './support/records.js'
import { type RedisServer, startRedis } from './support/redis-server.js'

let server: RedisServer
let raw: Awaited<ReturnType<typeof connectRaw>>

async function connectRaw() {
  return await createClient({ url: server.url }).connect()
}

beforeAll(async () => {
  server = await startRedis()
  raw = await connectRaw()
})

afterAll(async () => {
  raw.destroy()
  await server[Symbol.asyncDispose]()
})

const encryptionKeys = [keyOf(1)]

describe.for(clients)('with %s', ([, connect]) => {
  let connected: Connected
  beforeAll(async () => {
    connected = await connect(server.url)
  })
  afterAll(() => connected.close())

  describe('the contract of a token store', () => {
    // Each has keys of its own: those that wait for something to end wait together.
    const contractOf = (namespace: string) =>
      storeContract({
        create: () => redisStore(connected.client, { encryptionKeys, maxStaleness: 0, namespace }),
        lock: true,
      })
    for (const [n, { name }] of contractOf('').entries()) {
      const run = async () => await contractOf(`contract-${n}`)[n]?.run()
      if (/lifetime|late/.test(name)) test.concurrent(name, run)
      else test(name, run)
    }
  })

  test('what one process deletes, another with a subscriber forgets at once', async () => {
    const { client, subscriber } = connected
    const other = redisStore(client, { encryptionKeys, subscriber, maxStaleness: 60 })
    const one = redisStore(client, { encryptionKeys })
    // The subscription is there when its first message is.
    for (let n = 0; ; n++) {
      await one.set(`revoked-${n}`, tokenOf('a'), 60)
      await other.get(`revoked-${n}`)
      await one.delete(`revoked-${n}`)
      await raw.ping()
      if ((await other.get(`revoked-${n}`)) === undefined) break
    }
  })

  test('the lock of a process that is gone ends by itself, and its late write is dropped', async () => {
    const events: RedisStoreEvent[] = []
    const paused = redisStore(connected.client, { encryptionKeys, onEvent: (event) => events.push(event) })
    const next = redisStore(connected.client, { encryptionKeys })
    const key = `fenced-${connected.client.constructor.name}`
    expect(await paused.lock(key, 0.05)).toBeDefined()
    const lock = await until(() => next.lock(key, 60))
    await next.set(key, tokenOf('newer'), 60)
    await paused.set(key, tokenOf('older'), 60)
    expect(events).toEqual([{ type: 'write_superseded' }])
    for (const each of [paused, next]) expect((await each.get(key))?.accessToken).toBe('newer')
    await lock.release()
  })

  test('a record that was deleted while somebody renewed it stays deleted', async () => {
    const store = redisStore(connected.client, { encryptionKeys })
    const key = `deleted-${connected.client.constructor.name}`
    const lock = await store.lock(key, 60)
    await redisStore(connected.client, { encryptionKeys }).delete(key)
    await store.set(key, tokenOf('late'), 60)
    await lock?.release()
    expect(await store.get(key)).toBeUndefined()
  })

  test('what was deleted while it was read is not remembered', async () => {
    const key = `read-${connected.client.constructor.name}`
    const store = redisStore(connected.client, { encryptionKeys, maxStaleness: 60 })
    await redisStore(connected.client, { encryptionKeys }).set(key, tokenOf('a'), 60)
    await Promise.all([store.get(key), store.delete(key), store.get(key)])
    expect(await store.get(key)).toBeUndefined()
  })

  test('what was replaced while it was read is not remembered, though it lives', async () => {
    const key = `replaced-${connected.client.constructor.name}`
    const store = redisStore(connected.client, { encryptionKeys, maxStaleness: 60 })
    await redisStore(connected.client, { encryptionKeys }).set(key, tokenOf('a'), 60)
    const read = store.get(key)
    await store.set(key, tokenOf('b'), 60)
    await read
    expect((await store.get(key))?.accessToken).toBe('b')
  })
})

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
  }
}

describe('a record that is deleted while it is read', () => {
  /** Whose deletions wait for a read: to be sent, or to be answered. */
  function slowToDelete(wait: 'sent' | 'answered', read: () => Promise<unknown>): NodeRedis {
    return {
      isReady: true,
      eval: async (script, options) => {
        const isDeletion = options.keys.length === 2
        if (isDeletion && wait === 'sent') await read()
        const answer = await raw.eval(script, options)
        if (isDeletion && wait === 'answered') await read()
        return answer
      },
    }
  }

  test.for(['sent', 'answered'] as const)(
    'is not remembered, though it was read before the deletion was %s',
    async (wait) => {
      const key = `deleted-before-${wait}`
      let reading: Promise<unknown> | undefined
      const client = slowToDelete(wait, async () => await reading)
      const store = redisStore(client, { encryptionKeys, maxStaleness: 60 })
      await redisStore(raw, { encryptionKeys }).set(key, tokenOf('a'), 60)
      const [first, second] = wait === 'sent' ? (['delete', 'get'] as const) : (['get', 'delete'] as const)
      const calls = [first, second].map((name) => {
        const call = store[name](key)
        if (name === 'get') reading = Promise.resolve(call)
        return call
      })
      await Promise.all(calls)
      expect(await reading).toMatchObject({ accessToken: 'a' })
      expect(await store.get(key)).toBeUndefined()
    },
  )
})

describe('what is stored', () => {
  const open = (options: Partial<RedisStoreOptions> = {}) => {
    const events: RedisStoreEvent[] = []
    const onEvent = (event: RedisStoreEvent) => events.push(event)
    return { events, store: redisStore(raw, { encryptionKeys, maxStaleness: 0, onEvent, ...options }) }
  }
  const accessOf = async (store: RedisStore, key: string) => (await store.get(key))?.accessToken

  test('G-26 holds no token, subject or name in plain text, anywhere', async () => {
    const { store } = open()
    const planted = ['planted-access', 'planted-refresh', 'planted-subject', 'planted-client', 'planted-scope']
    const token = tokenOf('planted-access', {
      refreshToken: 'planted-refresh',
      metadata: { sub: 'planted-subject' },
      scope: 'planted-scope',
    })
    await store.set('planted-client planted-scope', token, undefined)
    await store.lock('planted-client planted-scope', 60)
    const dump: string[] = []
    for await (const names of raw.scanIterator()) {
      for (const name of names) dump.push(name, (await raw.get(name)) ?? '')
    }
    expect(dump.length).toBeGreaterThan(2)
    for (const each of planted) {
      for (const text of dump) {
        expect(text).not.toContain(each)
        expect(Buffer.from(text, 'base64').toString('latin1')).not.toContain(each)
      }
    }
  })

  test('by one key is unreadable with another, an event and a miss', async () => {
    await open().store.set('two-keys', tokenOf('a'), 60)
    const { store, events } = open({ encryptionKeys: [keyOf(2)] })
    expect(await store.get('two-keys')).toBeUndefined()
    expect(events).toEqual([{ type: 'record_unreadable', reason: 'unknown_key' }])
  })

  test('by an old key is readable while the key is in the ring', async () => {
    await open().store.set('rotated', tokenOf('a'), 60)
    const rotated = open({ encryptionKeys: [keyOf(2), keyOf(1)] })
    expect(await accessOf(rotated.store, 'rotated')).toBe('a')
    await rotated.store.set('rotated', tokenOf('b'), 60)
    expect(await open().store.get('rotated')).toBeUndefined()
    const text = Buffer.from(keyOf(2)).toString('base64')
    expect(await accessOf(open({ encryptionKeys: [text] }).store, 'rotated')).toBe('b')
  })

  test.for<readonly [string, (record: string) => string, RedisStoreEvent]>([
    [
      'a changed one',
      (record) => record.slice(0, -1) + (record.endsWith('A') ? 'Q' : 'A'),
      { type: 'record_unreadable', reason: 'corrupted' },
    ],
    ['one cut short', (record) => record.slice(0, 30), { type: 'record_unreadable', reason: 'corrupted' }],
    ['no record at all', () => 'hello', { type: 'record_unreadable', reason: 'corrupted' }],
    [
      'one of a future version',
      (record) => record.replace(' 1.', ' 2.'),
      { type: 'record_unreadable', reason: 'unknown_version' },
    ],
    [
      'one that is not encrypted',
      () => `0 1.-.${JSON.stringify({ token: tokenOf('planted'), ahead: 0 })}`,
      { type: 'record_unreadable', reason: 'not_encrypted' },
    ],
    ['a huge one', (record) => record + 'A'.repeat(3_000_000), { type: 'record_unreadable', reason: 'corrupted' }],
  ])('may be %s: a miss and an event, and the next write mends it', async ([name, change, event]) => {
    const namespace = `changed-${name.replaceAll(' ', '-')}`
    const { store, events } = open({ namespace })
    await store.set(name, tokenOf('a'), 60)
    const [stored] = await raw.keys(`${namespace}:*:token`)
    await raw.set(stored ?? '', change((await raw.get(stored ?? '')) ?? ''))
    expect(await store.get(name)).toBeUndefined()
    expect(events).toEqual([event])
    await store.set(name, tokenOf('b'), 60)
    expect(await accessOf(store, name)).toBe('b')
  })

  test('may be of another type, or its number no number, and the next write mends it', async () => {
    const { store, events } = open({ namespace: 'typed' })
    await store.set('typed', tokenOf('a'), 60)
    const [name = ''] = await raw.keys('typed:*:token')
    await raw.del(name)
    await raw.lPush(name, 'planted')
    await raw.set(name.replace('token', 'generation'), '9'.repeat(30))
    expect(await store.get('typed')).toBeUndefined()
    expect(events).toEqual([{ type: 'record_unreadable', reason: 'corrupted' }])
    const lock = await store.lock('typed', 60)
    await store.set('typed', tokenOf('b'), 60)
    await lock?.release()
    expect(await accessOf(store, 'typed')).toBe('b')
    expect(events).toHaveLength(1)
  })

  test('ends though its token is said to live for ever', async () => {
    const { store, events } = open({ namespace: 'for-ever' })
    await store.set('for-ever', tokenOf('a', { expiresAt: Number.MAX_VALUE }), Number.MAX_VALUE)
    expect(await accessOf(store, 'for-ever')).toBe('a')
    expect(events).toEqual([])
  })

  test('under one key does not open under another', async () => {
    const { store, events } = open({ namespace: 'moved' })
    await store.set('mine', tokenOf('a'), 60)
    const [mine = ''] = await raw.keys('moved:*:token')
    await store.set('yours', tokenOf('b'), 60)
    const yours = (await raw.keys('moved:*:token')).find((each) => each !== mine) ?? ''
    await raw.set(yours, (await raw.get(mine)) ?? '')
    expect(await store.get('yours')).toBeUndefined()
    expect(events).toEqual([{ type: 'record_unreadable', reason: 'corrupted' }])
  })

  test('may be plain where that is asked for by name, and what is encrypted is not read then', async () => {
    const plain = open({ encryptionKeys: undefined, dangerouslyStorePlaintext: true })
    await plain.store.set('plain', tokenOf('a'), 60)
    expect(await accessOf(plain.store, 'plain')).toBe('a')
    await open().store.set('plain', tokenOf('b'), 60)
    expect(await plain.store.get('plain')).toBeUndefined()
    expect(plain.events).toEqual([{ type: 'record_unreadable', reason: 'unknown_key' }])
  })

  test('can be deleted where there is no memory left', async () => {
    const { store } = open()
    await store.set('full', tokenOf('a'), 60)
    await raw.configSet('maxmemory', '1')
    try {
      await expect(store.set('other', tokenOf('a'), 60)).rejects.toThrow(/out_of_memory/)
      await open().store.delete('full')
    } finally {
      await raw.configSet('maxmemory', '0')
    }
    expect(await store.get('full')).toBeUndefined()
  })

  test('with a refresh token that could not be saved keeps its turn until it is, and is late for nobody', async () => {
    const { store, events } = open({ namespace: 'late' })
    const other = open({ namespace: 'late' })
    const successor = tokenOf('new', { refreshToken: 'r2' })
    const save = async (): Promise<true | undefined> => {
      try {
        await store.set('session', successor, undefined)
        return true
      } catch {
        return undefined
      }
    }
    const takeTurn = async () => {
      const lock = await store.lock('session', 60)
      await raw.configSet('maxmemory', '1')
      expect(await save()).toBeUndefined()
      await raw.configSet('maxmemory', '0')
      await lock?.release()
    }
    await takeTurn()
    expect(await other.store.lock('session', 60)).toBeUndefined()
    await until(save)
    const next = await other.store.lock('session', 60)
    expect(await accessOf(other.store, 'session')).toBe('new')
    await next?.release()

    await takeTurn()
    await other.store.delete('session')
    events.length = 0
    await until(save)
    expect(events).toEqual([{ type: 'write_superseded' }])
    expect(await accessOf(other.store, 'session')).toBeUndefined()
  })

  test('is good for as long as it is, whatever time a process thinks it is', async () => {
    const late = () => Date.now() - 20_000
    const early = () => Date.now() + 20_000
    const times = { issuedAt: early() / 1000, renewAt: early() / 1000 + 3, waitAt: early() / 1000 + 4 }
    await open({ now: early }).store.set('clocks', tokenOf('a', { ...times, expiresAt: early() / 1000 + 5 }), 5)
    const found = await open({ now: late }).store.get('clocks')
    expect(found?.expiresAt).toBeGreaterThan(late() / 1000)
    expect(found?.expiresAt).toBeLessThan(late() / 1000 + 6)
    expect((found?.expiresAt ?? 0) - (found?.renewAt ?? 0)).toBeCloseTo(2)
  })

  test('lies on one node of a cluster for each token, and ends', async () => {
    const { store } = open({ namespace: 'slots', sessionLifetime: 100 })
    await store.set('session', tokenOf('a', { refreshToken: 'r' }), undefined)
    await store.set('short', tokenOf('a'), 10)
    await store.lock('session', 60)
    const names = await raw.keys('slots:*')
    expect(new Set(names.map((name) => /\{.{43}\}/.exec(name)?.[0])).size).toBe(2)
    for (const name of names) expect(await raw.pTTL(name)).toBeGreaterThan(0)
  })
})
