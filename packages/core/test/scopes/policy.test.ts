import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  allOf,
  allOfEach,
  anyOf,
  checkPolicy,
  isScopeToken,
  missingScopes,
  type Policy,
} from '../../src/scopes/policy.js'

const names = ['a', 'b', 'c', 'd'] as const
const { policy: anyPolicy } = fc.letrec<{ policy: Policy }>((tie) => ({
  policy: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...names),
    fc
      .array(tie('policy'), { minLength: 1, maxLength: 3 })
      .map(([first = 'a', ...rest]): Policy => ({ allOf: [first, ...rest] })),
    fc
      .array(tie('policy'), { minLength: 1, maxLength: 3 })
      .map(([first = 'a', ...rest]): Policy => ({ anyOf: [first, ...rest] })),
  ),
}))
const anyGrant: fc.Arbitrary<string[]> = fc.subarray([...names])

/** What a policy means, said as plainly as can be. */
function holds(policy: Policy, granted: readonly string[]): boolean {
  if (typeof policy === 'string') return granted.includes(policy)
  if ('allOf' in policy) return policy.allOf.every((part) => holds(part, granted))
  return policy.anyOf.some((part) => holds(part, granted))
}

function missing(policy: Policy, granted: readonly string[]): readonly string[] {
  return missingScopes(policy, granted)
}

describe('what a token still needs', () => {
  test('is nothing exactly when the policy holds', () => {
    fc.assert(
      fc.property(anyPolicy, anyGrant, (policy, granted) => {
        expect(missing(policy, granted).length === 0).toBe(holds(policy, granted))
      }),
      { seed: 31 },
    )
  })

  test('is enough: with it the policy holds, and it holds nothing that is there already', () => {
    fc.assert(
      fc.property(anyPolicy, anyGrant, (policy, granted) => {
        const needed = missing(policy, granted)
        expect(holds(policy, [...granted, ...needed])).toBe(true)
        expect(needed.filter((scope) => granted.includes(scope))).toEqual([])
        expect(new Set(needed).size).toBe(needed.length)
      }),
      { seed: 32 },
    )
  })

  test('never grows with what is granted to nothing', () => {
    fc.assert(
      fc.property(anyPolicy, anyGrant, (policy, granted) => {
        if (holds(policy, granted)) expect(holds(policy, [...granted, 'more'])).toBe(true)
      }),
      { seed: 33 },
    )
  })

  test.for([
    ['one scope', 'a', ['a']],
    ['all of', { allOf: ['a', 'b', 'a'] }, ['a', 'b']],
    ['the shorter way', { anyOf: [{ allOf: ['a', 'b'] }, 'c'] }, ['c']],
    ['the first of equals', { anyOf: ['b', 'a'] }, ['b']],
  ] as const)('names %s', ([, policy, expected]) => {
    expect(missing(policy, [])).toEqual(expected)
  })
})

describe('a policy', () => {
  test('is plain data', () => {
    expect(allOf('a', anyOf('b', 'c'))).toEqual({ allOf: ['a', { anyOf: ['b', 'c'] }] })
    expect(allOfEach('a', [])).toBe('a')
    expect(allOfEach('a', ['b', anyOf('c')])).toEqual({ allOf: ['a', 'b', { anyOf: ['c'] }] })
    expect(JSON.parse(JSON.stringify(allOf('a')))).toEqual(allOf('a'))
  })

  test.for<readonly [string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['an empty text', ''],
    ['a list', ['a']],
    ['two scopes in one', 'a b'],
    ['an empty allOf', { allOf: [] }],
    ['an empty anyOf inside', { allOf: [{ anyOf: [] }] }],
    ['a text as allOf', { allOf: 'a' }],
    ['both', { allOf: ['a'], anyOf: ['a'] }],
    ['a stranger', { noneOf: ['a'] }],
    ['nothing', {}],
    ['a function', () => true],
  ])('is not %s', ([, policy]) => {
    expect(() => checkPolicy(policy as Policy)).toThrow(TypeError)
  })

  test('of no scope does not compile, nor run', () => {
    // @ts-expect-error: empty
    expect(() => allOf()).toThrow(/never empty/)
    // @ts-expect-error: empty
    expect(() => anyOf()).toThrow(/never empty/)
  })

  test('names known scopes only, where they are known', () => {
    const known = (scope: string) => scope === 'a'
    expect(checkPolicy('a', known)).toBe('a')
    expect(() => checkPolicy(allOf('a', anyOf('b')), known)).toThrow("scope 'b' is not in the catalogue")
  })
})

describe('a scope token', () => {
  test('is visible ASCII without quote and backslash (RFC 6749 §3.3)', () => {
    for (let code = 0; code < 0x200; code++) {
      const allowed = code > 0x20 && code < 0x7f && code !== 0x22 && code !== 0x5c
      expect([code, isScopeToken(String.fromCharCode(code))]).toEqual([code, allowed])
    }
    for (const value of ['', 'a\n', undefined, null, 1, ['a']]) expect(isScopeToken(value)).toBe(false)
  })
})

test('an empty list does not compile', () => {
  expectTypeOf<{ allOf: [] }>().not.toExtend<Policy>()
  expectTypeOf<{ anyOf: [] }>().not.toExtend<Policy>()
  expectTypeOf<{ allOf: ['a', { anyOf: ['b'] }] }>().toExtend<Policy>()
})
