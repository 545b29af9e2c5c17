import { expect, test } from 'vitest'
import { drawnMargins } from '../src/fleet-simulation/drawn.js'
import { simulate } from '../src/fleet-simulation/simulate.js'

const sum = (requests: Uint32Array) => requests.reduce((total, each) => total + each, 0)
const most = (requests: Uint32Array) => requests.reduce((highest, each) => Math.max(highest, each), 0)

test('the token client draws when to renew: 232 s to 300 s before the end of an hour', async () => {
  const margins = await drawnMargins(3600, 100)
  expect(margins.length).toBe(100)
  expect(Math.min(...margins)).toBeGreaterThan(232)
  expect(Math.max(...margins)).toBeLessThan(301)
  expect(new Set(margins).size).toBeGreaterThan(90)
})

test('sharing divides the requests by the number of processes, and jitter spreads what is left', () => {
  const plan = { name: '', processes: 100, tenants: 200, lifetime: 3600, pause: 30, length: 86_400 }
  const alone = simulate({ ...plan, margins: [300], shared: false })
  const shared = simulate({ ...plan, margins: [300], shared: true })
  const both = simulate({ ...plan, margins: Array.from({ length: 68 }, (_, n) => 232 + n), shared: true })
  expect(sum(alone) / sum(shared)).toBeGreaterThan(99)
  expect(sum(shared)).toBe(200 * 27)
  expect(most(shared.subarray(3600))).toBe(200)
  expect(most(both.subarray(3600))).toBeLessThan(20)
})
