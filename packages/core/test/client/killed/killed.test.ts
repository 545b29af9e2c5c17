import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Step, World } from './world.js'

/** What becomes of the session, where that does not depend on what was quicker. */
const steps: readonly (readonly [Step, 'goes on' | 'is over' | 'goes on if the record was written'])[] = [
  ['the store is asked', 'goes on'],
  ['the turn is asked for', 'goes on'],
  ['the turn is given', 'goes on'],
  ['the request has arrived', 'goes on'],
  ['the server has rotated', 'is over'],
  ['half the answer is sent', 'is over'],
  ['the answer is sent', 'goes on if the record was written'],
  ['the record has arrived', 'is over'],
  ['the record is written', 'goes on'],
  ['the record is acknowledged', 'goes on'],
  ['the token is handed out', 'goes on'],
]

const scopes = [
  ['the default scope', undefined],
  ['a scope of its own', 'accounts:read'],
] as const

/**
 * How often a process is killed, over all steps and scopes: once for each of them, unless it is said otherwise.
 * `pnpm test:killed` does it 110 times.
 */
const kills = Number(process.env.KILLS ?? steps.length * scopes.length)
const killsEach = Math.ceil(kills / steps.length / scopes.length)

let killed = 0
let world: World
beforeAll(() => {
  world = new World()
})
afterAll(async () => {
  console.log(`${killed} processes were killed while they renewed a token`)
  await world[Symbol.asyncDispose]()
})

/** Asks until the store was quick enough: on a busy machine its answer may take longer than it may. */
async function use(scope: string | undefined): Promise<string> {
  for (;;) {
    const code = await world.use(scope)
    if (code !== 'temporarily_unavailable') return code
  }
}

describe.each(scopes)('a process that is killed while it renews a rotating refresh token, for %s', (_, scope) => {
  test.for(steps)('when %s: the session %s', { timeout: 600_000 }, async ([step, expected]) => {
    for (let kill = 0; kill < killsEach; kill++) {
      world.logIn()
      expect(await use(scope)).toBe('served')
      await world.killAt(step, scope)
      killed++
      const kept = world.isKept()
      if (expected !== 'goes on if the record was written') expect(kept).toBe(expected === 'goes on')
      expect(await use(scope)).toBe(kept ? 'served' : 'invalid_grant')
    }
  })
})
