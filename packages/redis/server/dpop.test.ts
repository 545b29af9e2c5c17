import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { redisNonceStore } from '../src/nonce-store.js'
import { redisReplayStore } from '../src/replay-store.js'
import { type Connected, clients } from './support/clients.js'
import { type RedisServer, startRedis } from './support/redis-server.js'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})

afterAll(() => server[Symbol.asyncDispose]())

const epoch = () => Date.now() / 1000
const proof = (jkt: string, id: string, seconds = 60) => ({ jkt, id, expiresAt: epoch() + seconds })

describe.for(clients)('with %s', ([name, connect]) => {
  let connected: Connected
  beforeAll(async () => {
    connected = await connect(server.url)
  })
  afterAll(() => connected.close())

  describe('redisReplayStore', () => {
    test('adds each proof once, whoever comes at a time', async () => {
      const stores = [1, 2].map(() => redisReplayStore(connected.client, { namespace: name }))
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => stores[n % 2]?.add(proof('key', `proof-${Math.floor(n / 10)}`))),
      )
      expect(answers.filter((each) => each === 'added').length).toBe(5)
      expect(answers.filter((each) => each === 'seen').length).toBe(45)
    })

    test('gives each key a share, so that none fills it for the others', async () => {
      const store = redisReplayStore(connected.client, { namespace: `${name}-full`, maxPerKey: 3 })
      for (const id of ['a', 'b', 'c']) expect(await store.add(proof('greedy', id))).toBe('added')
      expect(await store.add(proof('greedy', 'd'))).toBe('full')
      expect(await store.add(proof('greedy', 'a'))).toBe('seen')
      expect(await store.add(proof('other', 'd'))).toBe('added')
    })

    test('makes room for what ended, and for nothing else', async () => {
      const store = redisReplayStore(connected.client, { namespace: `${name}-ended`, maxPerKey: 2 })
      expect(await store.add(proof('key', 'long'))).toBe('added')
      expect(await store.add(proof('key', 'short', 1))).toBe('added')
      expect(await store.add(proof('key', 'next'))).toBe('full')
      while ((await store.add(proof('key', 'next'))) === 'full');
      expect(await store.add(proof('key', 'more'))).toBe('full')
      expect(await store.add(proof('key', 'long'))).toBe('seen')
    })
  })

  describe('redisNonceStore', () => {
    test('shares one nonce for each window, and accepts those of this one and the last', async () => {
      let now = 1_800_000_000_000
      const [one, two] = [1, 2].map(() =>
        redisNonceStore(connected.client, { namespace: name, lifetime: 10, now: () => now }),
      )
      const first = await one?.issue()
      expect(await two?.issue()).toBe(first)
      expect(await two?.accepts(first ?? '')).toBe(true)
      for (const wrong of ['', 'x', `${first}x`]) expect(await two?.accepts(wrong)).toBe(false)
      now += 10_000
      const second = await two?.issue()
      expect(second).not.toBe(first)
      expect(await one?.accepts(first ?? '')).toBe(true)
      now += 10_000
      expect(await one?.accepts(first ?? '')).toBe(false)
      expect(await one?.accepts(second ?? '')).toBe(true)
    })
  })
})

test('a nonce is asked for once, however many requests wait for it, and again after a failure', async () => {
  let asked = 0
  const client = {
    isReady: true,
    eval: async () => {
      if (++asked === 1) throw new Error('planted')
      return 'nonce'
    },
  }
  const nonces = redisNonceStore(client, { now: () => 0 })
  const issue = async (): Promise<string> => await nonces.issue()
  const failed = await Promise.allSettled([issue(), issue()])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await Promise.all(Array.from({ length: 100 }, issue))).toEqual(Array.from({ length: 100 }, () => 'nonce'))
  expect(asked).toBe(2)
})

test('a Redis that is away makes both of them reject, so that the request is refused', async () => {
  await using away = await startRedis()
  const [, connect] = clients[0] ?? []
  const connected = await connect?.(away.url)
  if (connected === undefined) throw new Error('there is no client')
  const store = redisReplayStore(connected.client)
  const nonces = redisNonceStore(connected.client)
  await store.add(proof('key', 'a'))
  await away.kill()
  await expect(store.add(proof('key', 'b'))).rejects.toThrow()
  await expect(Promise.resolve(nonces.issue())).rejects.toThrow()
  connected.close()
})

test('a Redis without memory rejects, it does not forget', async () => {
  await using full = await startRedis(['--maxmemory', '1', '--maxmemory-policy', 'noeviction'])
  const [, connect] = clients[1] ?? []
  const connected = await connect?.(full.url)
  if (connected === undefined) throw new Error('there is no client')
  await expect(redisReplayStore(connected.client).add(proof('key', 'a'))).rejects.toThrow(/OOM/)
  connected.close()
})
