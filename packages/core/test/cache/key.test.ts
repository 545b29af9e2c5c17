import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digest, type TokenSelection, tokenKey } from '../../src/cache/key.js'

// The same cases each time: a test that fails must fail again.
fc.configureGlobal({ seed: 6749 })

const text = fc.string({ unit: 'binary', maxLength: 8 })
/** Names of prototypes, separators and what a key is made of: the texts that break a careless key. */
const nasty = fc.constantFrom('', '__proto__', 'constructor', '1:a', '0:', ':', ' ', '|', 'a b', '\ud800', '12:')
const part = fc.oneof(text, nasty)
const set = fc.array(part, { maxLength: 4 })

const selection: fc.Arbitrary<TokenSelection> = fc.record({
  endpoint: part,
  profile: part,
  clientId: part,
  method: part,
  thumbprint: part,
  grant: part,
  credential: part,
  scope: set,
  resource: set,
  audience: fc.option(part, { nil: undefined }),
  extra: fc.array(fc.tuple(part, part), { maxLength: 3 }),
})

/** What a selection means: sets without order or duplicates. */
function meaning({ scope, resource, extra, ...rest }: TokenSelection): string {
  const sorted = (values: readonly unknown[]) =>
    [...new Set(values.map((each) => JSON.stringify(each)))].sort((a, b) => (a < b ? -1 : 1))
  return JSON.stringify([Object.entries(rest).sort(), sorted(scope), sorted(resource), sorted(extra)])
}

describe('tokenKey', () => {
  test('two selections share a key exactly when they mean the same', () => {
    fc.assert(
      fc.property(selection, selection, (one, other) => {
        expect(tokenKey(one) === tokenKey(other)).toBe(meaning(one) === meaning(other))
      }),
      { numRuns: 500 },
    )
  })

  test('one that differs in a single member never shares a key', () => {
    const names = [
      'endpoint',
      'profile',
      'clientId',
      'method',
      'thumbprint',
      'grant',
      'credential',
      'scope',
      'resource',
      'audience',
      'extra',
    ] as const
    fc.assert(
      fc.property(selection, selection, fc.constantFrom(...names), (one, other, name) => {
        const changed = { ...one, [name]: other[name] }
        expect(tokenKey(one) === tokenKey(changed)).toBe(meaning(one) === meaning(changed))
      }),
      { numRuns: 1000 },
    )
  })

  test('order and duplicates in a set change nothing', () => {
    fc.assert(
      fc.property(selection, (one) => {
        const { scope, resource, extra } = one
        const shuffled = {
          ...one,
          scope: [...scope, ...scope].reverse(),
          resource: [...resource].reverse().concat(resource),
          extra: [...extra].reverse(),
        }
        expect(tokenKey(shuffled)).toBe(tokenKey(one))
      }),
    )
  })

  test('G-16: parts do not run into each other', () => {
    const base = {
      endpoint: 'e',
      profile: '',
      clientId: 'c',
      method: 'm',
      thumbprint: '',
      grant: 'g',
      credential: '',
      resource: [],
      audience: undefined,
      extra: [],
    }
    const keys = [['a b'], ['a', 'b'], ['a'], ['ab'], []].map((scope) => tokenKey({ ...base, scope }))
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('digest', () => {
  test('is SHA-256 in base64url, of parts that do not run into each other', async () => {
    const digests = await Promise.all([['ab', 'c'], ['a', 'bc'], ['abc']].map((parts) => digest(parts)))
    expect(new Set(digests).size).toBe(3)
    expect(digests.every((digest) => /^[\w-]{43}$/.test(digest))).toBe(true)
  })
})
