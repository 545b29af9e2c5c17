import { describe, expect, test } from 'vitest'
import { readKeySet } from '../../src/verifier/key-set.js'
import { RemoteKeys } from '../../src/verifier/remote-keys.js'
import { commonScope } from '../../src/verifier/request-scope.js'
import { testClock } from '../support/clock.js'

/** Keys of an issuer that has none: how often they are fetched, second by second. */
function emptyKeys() {
  const { now, advance } = testClock()
  let fetches = 0
  const load = async () => {
    fetches++
    const set = readKeySet([])
    if (set === undefined) throw new TypeError('an empty list is a set')
    return { set, lifetime: 86_400 }
  }
  const keys = new RemoteKeys({ issuer: 'x', source: 'x', now, emit: () => undefined, load }).of('x')
  /** @returns how many fetches there were when it was answered */
  const ask = async (kid: string): Promise<number> => {
    expect(await keys.find({ alg: 'ES256', kid, scope: commonScope(), signal: undefined })).toEqual([])
    return fetches
  }
  return { ask, advance }
}

describe('unknown kids', () => {
  test('are left alone for a pause, each time they were asked for', async () => {
    const { ask, advance } = emptyKeys()
    for (const fetches of [1, 2, 3]) {
      expect(await ask('x')).toBe(fetches)
      advance(29.999)
      expect(await ask('x')).toBe(fetches)
      advance(0.001)
    }
  })

  test('are told apart: one that keeps coming holds up none that is new', async () => {
    const { ask, advance } = emptyKeys()
    await ask('x')
    advance(30)
    expect(await ask('x')).toBe(2)
    expect(await ask('y')).toBe(3)
    advance(29)
    expect(await ask('__proto__')).toBe(3)
    advance(1)
    expect(await ask('x')).toBe(4)
    expect(await ask('constructor')).toBe(5)
  })

  test('of before the clock was set back are not waited for', async () => {
    const { ask, advance } = emptyKeys()
    await ask('x')
    advance(-1)
    expect(await ask('x')).toBe(2)
  })

  test.for<[kid: string, fetches: number, why: string]>([
    ['x500', 2, 'is one of the thousand: it waits as long as the others'],
    ['x499', 3, 'made room, and is as good as new'],
  ])('are a thousand at most, the newest: $0 $2', async ([kid, fetches]) => {
    const { ask, advance } = emptyKeys()
    for (let i = 0; i < 1500; i++) expect(await ask(`x${i}`)).toBe(1)
    advance(30)
    expect(await ask('x1499')).toBe(2)
    expect(await ask(kid)).toBe(fetches)
  })

  test('too long to be remembered are new each time', async () => {
    const { ask, advance } = emptyKeys()
    const kid = 'x'.repeat(300)
    await ask(kid)
    advance(30)
    expect(await ask('y')).toBe(2)
    expect(await ask(kid)).toBe(2)
    advance(30)
    expect(await ask('y')).toBe(3)
    expect(await ask(kid)).toBe(4)
  })
})
