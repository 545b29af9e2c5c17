import type { StoredToken } from '@auth/core'
import { expect, test } from 'vitest'
import { Memory } from '../src/memory.js'

const token: StoredToken = {
  accessToken: 'none',
  tokenType: 'Bearer',
  issuedAt: 1000,
  renewAt: 1500,
  waitAt: 1550,
  expiresAt: 1600,
  metadata: {},
}

test('a token is known while Redis is away', () => {
  const memory = new Memory(10, 5000, () => 1_000_000)
  memory.keep('key', token, 'digest')
  expect([memory.fresh('key'), memory.last('key')]).toEqual([token, token])
})

// A login's sessions are such: one that another process has ended would count as long as Redis does not answer.
test('what was due before it was made is looked up each time, and not known while Redis is away', () => {
  const memory = new Memory(10, 5000, () => 1_000_000)
  expect(memory.keep('key', { ...token, renewAt: 0, waitAt: 0 }, 'digest')).toMatchObject({ renewAt: 0 })
  expect([memory.fresh('key'), memory.last('key')]).toEqual([undefined, undefined])
})
