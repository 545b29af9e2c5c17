import { expect, test } from 'vitest'
import { until } from '../src/until.js'

test('what is no signal is refused, and leaves no failure behind that nobody sees', async () => {
  const work = Promise.reject(new Error('the work failed, too'))
  // @ts-expect-error: a mistake that only JavaScript lets through
  await expect(until(work, 'stop')).rejects.toThrow(TypeError)
  // By then the platform has told of what nobody saw, which fails the run.
  await new Promise((resolve) => setImmediate(resolve))
})

test('work goes on when its caller leaves', async () => {
  const caller = new AbortController()
  const work = Promise.resolve('done')
  const waiting = until(work, caller.signal)
  caller.abort('enough')
  await expect(waiting).rejects.toBe('enough')
  expect(await until(work, new AbortController().signal)).toBe('done')
})
