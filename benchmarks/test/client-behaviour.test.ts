import { expect, test } from 'vitest'
import { toolkit } from '../src/client-behaviour/peers/toolkit.js'
import { rows } from '../src/client-behaviour/rows/index.js'
import { measure } from '../src/client-behaviour/run.js'
import { broken, table } from '../src/client-behaviour/table.js'

test('this toolkit does what it promises in every row of the matrix', async () => {
  const measured = await measure([toolkit])
  expect(broken(measured)).toEqual([])
  expect(measured.lines.length).toBe(rows.length)
  expect(Object.fromEntries(measured.lines.map(({ name, cells: [ours] }) => [name, ours]))).toMatchObject({
    'cold start, 20 concurrent callers': '1 request',
    'cold start, 100 concurrent callers': '1 request',
    'token of 45 s used 10 times': '1 request',
    'token of 240 s used 10 times': '1 request',
    'down with `Retry-After: 30`, 10 calls': '1 request',
    'server down (connection refused), the token lives': 'served',
    'server down (status 500), the token lives': 'served',
    'server down (status 503), the token lives': 'served',
    'server down (no answer), the token lives': 'served',
  })
})

test('a broken promise is found, and what was not measured is explained once', () => {
  const peers = [
    { name: 'ours', version: '1.0.0' },
    { name: 'theirs', version: '2.0.0' },
  ]
  const absent = { absent: 'it keeps none' }
  const lines = [
    { name: 'cold', promised: '1 request', cells: ['2 requests', absent] },
    { name: 'warm', promised: 'served', cells: ['served', absent] },
  ]
  expect(broken({ peers, lines })).toEqual([`cold: "2 requests" instead of '1 request'`])
  expect(table({ peers, lines }).split('\n')).toEqual([
    '|  | ours 1.0.0 | theirs 2.0.0 |',
    '| --- | --- | --- |',
    '| cold | 2 requests | – (1) |',
    '| warm | served | – (1) |',
    '',
    '(1) it keeps none',
  ])
})
