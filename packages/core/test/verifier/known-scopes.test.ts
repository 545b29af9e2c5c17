import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineScopes } from '../../src/scopes/catalogue.js'
import { mapScopes, type ScopeMapping } from '../../src/scopes/mapping.js'
import { KnownScopes } from '../../src/verifier/known-scopes.js'

const catalogue = defineScopes(
  { 'accounts:read': 'Read', 'accounts:write': 'Write', admin: 'All' },
  { implies: { admin: ['accounts:read', 'accounts:write'], 'accounts:write': ['accounts:read'] } },
)

describe('known scopes', () => {
  test('are worked out once for a text, and nobody can change them', () => {
    const known = new KnownScopes(catalogue)
    const mapping: ScopeMapping = {}
    const first = known.of({ scope: 'accounts:write' }, mapping)
    expect(first).toEqual(['accounts:write', 'accounts:read'])
    expect(known.of({ scp: 'accounts:write', sub: 'another' }, mapping)).toBe(first)
    expect(Object.isFrozen(first)).toBe(true)
  })

  test('are those of the mapping, whoever else means something by the same text', () => {
    const known = new KnownScopes(catalogue)
    const claims = { scope: 'user' }
    const one: ScopeMapping = { map: { user: ['accounts:read'] } }
    const other: ScopeMapping = { map: { user: ['admin'] } }
    for (let i = 0; i < 2; i++) {
      expect(known.of(claims, one)).toEqual(['accounts:read'])
      expect(known.of(claims, other)).toEqual(['admin', 'accounts:read', 'accounts:write'])
      expect(known.of(claims, {})).toEqual([])
    }
  })

  test('of many texts, and of long ones, are worked out anew', () => {
    const known = new KnownScopes<string>(undefined)
    const mapping: ScopeMapping = {}
    const long = { scope: 'a'.repeat(513) }
    expect(known.of(long, mapping)).not.toBe(known.of(long, mapping))
    const first = known.of({ scope: 'first' }, mapping)
    for (let i = 0; i < 256; i++) known.of({ scope: `scope${i}` }, mapping)
    expect(known.of({ scope: 'first' }, mapping)).not.toBe(first)
    expect(known.of({ scope: 'first' }, mapping)).toEqual(first)
  })

  test('are always what they would be without a memory', () => {
    const known = new KnownScopes<string>(undefined)
    const mappings: readonly ScopeMapping[] = [
      {},
      { from: ['scope', '/realm/roles'] },
      { from: [['scope', 'scp']], map: { a: ['x'], b: ['y', 'z'] } },
      { from: ['roles'], map: { 'x.a': ['x'] }, wildcard: true, always: ['basic'] },
    ]
    const text = fc.constantFrom('', ' ', 'a', 'b', 'a b', 'b a', 'a a', 'x.*', 'a\u00e9', 'constructor')
    const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constantFrom(null, 1, true, {}))
    const claims = fc.record(
      { scope: value, scp: value, roles: value, realm: fc.record({ roles: value }) },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(claims, fc.constantFrom(...mappings)), { minLength: 1, maxLength: 20 }),
        (asked) => {
          for (const [each, mapping] of asked) expect(known.of(each, mapping)).toEqual(mapScopes(each, mapping))
        },
      ),
      { seed: 7, numRuns: 500 },
    )
  })
})
