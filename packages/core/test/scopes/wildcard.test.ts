import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covers, isWildcard } from '../../src/scopes/wildcard.js'

describe('covers', () => {
  test.for([
    ['iam.mfa.*', 'iam.mfa.list.get', true],
    ['iam.mfa.*', 'iam.mfa.get', true],
    ['iam.*', 'iam.mfa.list.get', true],
    ['accounts:*', 'accounts:read', true],
    ['iam.mfa.get', 'iam.mfa.get', true],
    ['iam.mfa.*', 'iam.mfa', false],
    ['iam.mfa.*', 'iam.mfa.', false],
    ['iam.mfa.*', 'iam.mfax.list', false],
    ['iam.mfa.*', 'iam', false],
    ['iam.mfa*', 'iam.mfa.list', false],
    ['iam.*.get', 'iam.mfa.get', false],
    ['*', 'iam', false],
    ['*', 'iam.mfa', false],
    ['.*', '.a', false],
    ['*.*', 'a.b', false],
    [':*', ':a', false],
    ['iam.**', 'iam.*x', false],
    ['IAM.*', 'iam.mfa', false],
    ['iam.mfa.list', 'iam.mfa.*', false],
  ] as const)('%s over %s: %s', ([granted, required, expected]) => {
    expect(covers(granted, required)).toBe(expected)
  })

  test('holds of a wildcard only below its literal prefix', () => {
    const segment = fc.stringMatching(/^[a-z]{1,3}$/)
    const path = fc.array(segment, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(path, path, (prefix, required) => {
        const below = prefix.length < required.length && prefix.every((each, i) => each === required[i])
        expect(covers(`${prefix.join('.')}.*`, required.join('.'))).toBe(below)
      }),
      { seed: 41 },
    )
  })

  test('takes linear time', () => {
    expect(isWildcard(`${'a'.repeat(1_000_000)}.*x`)).toBe(false)
    expect(covers(`${'a.'.repeat(500_000)}*`, 'b')).toBe(false)
  })
})
