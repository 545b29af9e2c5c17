import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { memoryStore } from '../../src/cache/memory-store.js'
import type { StoredToken, TokenStore } from '../../src/cache/store.js'
import { clientOf } from '../support/client.js'
import { testClock } from '../support/clock.js'
import { json, serve } from '../support/local-server.js'

/** Seconds, except for the callers. */
const life = { span: 60, step: 0.25, lifetime: 10, answerTime: 1, callers: 200 } as const

/**
 * A server whose answers take simulated time: each is held until the clock has moved on. What travels for real is
 * waited for, so that the clock alone says what comes first.
 */
async function slowServer() {
  const clock = testClock()
  const held: { readonly due: number; readonly response: ServerResponse; readonly index: number }[] = []
  const server = await serve((_, response, index) => {
    held.push({ due: clock.seconds() + life.answerTime, response, index })
  })
  const saved: StoredToken[] = []
  const starts: number[] = []
  let sent = 0
  let told = (): void => undefined
  const inner = memoryStore()
  const store: TokenStore = {
    ...inner,
    set: async (key, token, lifetime) => {
      saved.push(token)
      await inner.set(key, token, lifetime)
    },
  }
  const client = clientOf(server.origin, {
    now: clock.now,
    cache: store,
    fetch: async (input, init) => {
      starts.push(clock.seconds())
      return await fetch(input, init)
    },
    onEvent: ({ type }) => (type === 'renewed' || type === 'acquired' || type === 'failed') && told(),
  })
  /** Moves the clock, and lets arrive what is due by then. */
  const move = async (seconds: number): Promise<void> => {
    await server.received(starts.length)
    clock.advance(seconds)
    for (const { due, response, index } of [...held]) {
      if (due > clock.seconds() || index < sent) continue
      const arrived = new Promise<void>((resolve) => {
        told = resolve
      })
      sent = index + 1
      json(response, { access_token: `token-${index}`, token_type: 'Bearer', expires_in: life.lifetime })
      await arrived
    }
  }
  return { server, client, clock, starts, saved, move, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('tokens of 10 s that take 1 s, 200 callers, a minute: nobody waits, and nothing is renewed early', async () => {
  await using t = await slowServer()
  const first = t.client.getToken()
  await t.server.received(1)
  await t.move(life.answerTime)
  await first
  let calls = 0
  const failures: string[] = []
  for (const end = t.clock.seconds() + life.span; t.clock.seconds() < end; await t.move(life.step)) {
    const at = t.clock.seconds()
    const pending = new Set<number>()
    for (let caller = 0; caller < life.callers; caller++) {
      calls++
      pending.add(caller)
      void t.client.getToken().then(
        ({ expiresAt }) => {
          pending.delete(caller)
          if (expiresAt <= at) failures.push(`served ${at - expiresAt} s after its end`)
        },
        (error: unknown) => failures.push(String(error)),
      )
    }
    await new Promise((resolve) => setImmediate(resolve))
    if (pending.size > 0) failures.push(`${pending.size} callers wait at ${at}`)
  }
  t.client.close()
  expect(failures).toEqual([])
  expect(calls).toBe((life.callers * life.span) / life.step)
  // One in about 7 s: the next token is asked for 3 to 4 s before the end of the one before.
  expect(t.starts.length - 1).toBeGreaterThanOrEqual(life.span / life.lifetime)
  expect(t.starts.length - 1).toBeLessThanOrEqual(life.span / (life.lifetime / 2))
  const early = t.starts
    .slice(1)
    .filter((start, index) => start < (t.saved[index]?.renewAt ?? Number.POSITIVE_INFINITY))
  expect(early).toEqual([])
})
