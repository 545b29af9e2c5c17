import { setImmediate } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import type { Commands } from '../src/client.js'
import type { RedisStoreEvent } from '../src/events.js'
import { OutOfReach, Reach } from '../src/reach.js'

/** A server that answers, or does not, as it is told. */
function serverOf(run: () => Promise<unknown>, isReady: () => boolean = () => true) {
  const events: RedisStoreEvent[] = []
  const sent = { count: 0 }
  const commands: Commands = {
    isReady,
    run: () => {
      sent.count++
      return run()
    },
  }
  const reach = new Reach(commands, (event) => events.push(event))
  return { reach, events, sent, ask: () => reach.ask('get', (each) => each.run('', [], [])) }
}

const never = () => new Promise<unknown>(() => undefined)

/** Keeps this process from everything else, as a busy machine does. */
function stall(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

describe('Reach', () => {
  test('takes a client that throws at once for one that failed', async () => {
    const { ask, events, sent } = serverOf(() => {
      throw new TypeError('planted')
    })
    await expect(ask()).rejects.toThrow(OutOfReach)
    await expect(ask()).rejects.toThrow(/a moment ago/)
    expect(events).toEqual([{ type: 'command_failed', operation: 'get', reason: 'error' }])
    expect(sent.count).toBe(1)
  })

  test('counts many that fail together once: the pause stays short', async () => {
    let failing = true
    const { ask, events } = serverOf(async () => {
      await setImmediate()
      if (failing) throw new Error('planted')
    })
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    try {
      await Promise.allSettled(Array.from({ length: 50 }, ask))
      expect(events).toHaveLength(50)
      failing = false
      await expect(ask()).rejects.toThrow(/a moment ago/)
      // The first pause; after fifty failures in a row it would be seconds.
      vi.advanceTimersByTime(100)
      await ask()
    } finally {
      vi.useRealTimers()
    }
  })

  test('sends one first after a pause, and the others when that has fared well', async () => {
    const waiting: (() => void)[] = []
    const outages = new Set(['now'])
    const { ask, sent } = serverOf(async () => {
      if (outages.size > 0) throw new Error('planted')
      await new Promise<void>((resolve) => waiting.push(resolve))
    })
    await expect(ask()).rejects.toThrow(OutOfReach)
    outages.clear()
    const asked: Promise<unknown>[] = []
    while (waiting.length === 0) {
      asked.push(ask().catch(() => undefined))
      await setImmediate()
    }
    for (let n = 0; n < 5; n++) asked.push(ask())
    await setImmediate()
    expect(sent.count).toBe(2)
    waiting[0]?.()
    while (waiting.length < 6) await setImmediate()
    for (const go of waiting) go()
    await Promise.all(asked)
    expect(sent.count).toBe(7)
  })

  test('does not wait for a server that never answers', async () => {
    const { ask, events } = serverOf(never)
    await expect(ask()).rejects.toThrow(OutOfReach)
    expect(events).toEqual([{ type: 'command_failed', operation: 'get', reason: 'timeout' }])
  })

  test('finds the answer that came while this process was held up', async () => {
    const { ask, events } = serverOf(async () => {
      await setImmediate()
      await setImmediate()
      return 'answer'
    })
    const answer = ask()
    stall(300)
    expect(await answer).toBe('answer')
    expect(events).toEqual([])
  })

  test('hands on an answer that nobody waits for any more', async () => {
    const answers: ((answer: string) => void)[] = []
    const { reach } = serverOf(() => new Promise<string>((resolve) => answers.push(resolve)))
    const heard = new Promise<unknown>((late) => {
      void reach.ask('lock', (each) => each.run('', [], []), late).catch(() => answers[0]?.('late'))
    })
    expect(await heard).toBe('late')
  })

  test('sends what is insisted on in a pause as well, if there is a connection', async () => {
    let ready = true
    const { ask, reach, sent } = serverOf(
      () => Promise.reject(new Error('planted')),
      () => ready,
    )
    const insist = () => reach.insist('release', (each) => each.run('', [], []))
    for (const each of [ask, ask, insist]) await expect(each()).rejects.toThrow(OutOfReach)
    expect(sent.count).toBe(2)
    ready = false
    await expect(insist()).rejects.toThrow(/not_connected/)
    expect(sent.count).toBe(2)
  })
})
