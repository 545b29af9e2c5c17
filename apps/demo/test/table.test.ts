import { expect, test } from 'vitest'
import type { CaseResult, ProfileResult } from '../src/results.js'
import { exitCode, summarise } from '../src/results.js'
import { renderTable } from '../src/table.js'

const granted: CaseResult = {
  entryPoint: 'NestJS',
  case: 'granted',
  expected: { status: 200, accounts: 3 },
  seen: { status: 200, accounts: 3 },
  passed: true,
  milliseconds: 12.4,
}

const profile: ProfileResult = {
  profile: 'portx',
  token: { type: 'Bearer', scope: 'accounts:read', lifetime: 3600 },
  checks: [{ name: 'token requests in all', expected: 1, seen: 1, passed: true }],
  tokenRequests: 1,
  cases: [granted, { ...granted, entryPoint: 'tRPC', seen: { status: 500 }, passed: false }],
  milliseconds: 1234,
}

test('the table is aligned, marks what failed and ends in the sum', () => {
  expect(renderTable(summarise([profile], 2345)).split('\n')).toEqual([
    'profile  entry point  case     expected        seen            ms',
    'portx    NestJS       granted  200 3 accounts  200 3 accounts  12  ok',
    'portx    tRPC         granted  200 3 accounts  500             12  FAILED',
    '',
    'portx: Bearer token [redacted], 3600 s, scope accounts:read; token requests in all: 1; 1.2 s',
    '',
    'Everything took 2.3 s',
    '2 passed, 1 failed',
  ])
})

test('a check that failed counts and is marked', () => {
  const checks = [{ name: 'token requests in all', expected: 1, seen: 2, passed: false }]
  const results = summarise([{ ...profile, cases: [granted], checks }], 1)
  expect(results).toMatchObject({ passed: 1, failed: 1 })
  expect(exitCode(results)).toBe(1)
  expect(renderTable(results)).toContain('token requests in all: 2, expected 1 FAILED')
})

test('only a run in which something passed and nothing failed is a success', () => {
  expect(exitCode(summarise([{ ...profile, cases: [granted] }], 1))).toBe(0)
  expect(exitCode(summarise([], 1))).toBe(1)
})
