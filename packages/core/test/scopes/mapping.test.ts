import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mapScopes } from '../../src/scopes/mapping.js'

describe('mapScopes', () => {
  test('leaves scopes as they are where nothing is mapped', () => {
    expect(mapScopes({ scope: 'a b' })).toEqual(['a', 'b'])
    expect(mapScopes({ scope: 'a' }, { from: undefined, map: undefined })).toEqual(['a'])
  })

  test("maps a server's one scope onto many of the API's, as Aritma's", () => {
    const mapping = { map: { bankservice: ['accounts:read', 'transactions:read'] } }
    expect(mapScopes({ scope: ['bankservice', 'zam'] }, mapping)).toEqual(['accounts:read', 'transactions:read'])
  })

  test("maps roles, as PortSIP's", () => {
    const mapping = { from: ['role'], map: { admin: ['accounts:read', 'accounts:write'], user: ['accounts:read'] } }
    expect(mapScopes({ role: 'admin', scope: 'accounts:delete' }, mapping)).toEqual(['accounts:read', 'accounts:write'])
    expect(mapScopes({ role: 'nobody' }, mapping)).toEqual([])
  })

  test('grants what is always granted, for tokens without scopes', () => {
    expect(mapScopes({}, { always: ['accounts:read'] })).toEqual(['accounts:read'])
    expect(mapScopes({ scope: 'accounts:read' }, { always: ['accounts:read'] })).toEqual(['accounts:read'])
  })

  test('grants nothing for a value that is not in the map', () => {
    const mapping = { map: { a: ['x'] } }
    for (const scope of ['x', 'A', 'a.b', '__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(mapScopes({ scope }, mapping)).toEqual([])
    }
  })

  test("takes Passport's wildcards where that is configured, and nowhere else", () => {
    const map = {
      'orca.accounts.list.get': ['accounts:read'],
      'orca.accounts.create': ['accounts:write'],
      'orca.cards.get': ['cards:read'],
    }
    const claims = { scopes: ['orca.accounts.*', '*'] }
    expect(mapScopes(claims, { from: ['scopes'], map, wildcard: true })).toEqual(['accounts:read', 'accounts:write'])
    expect(mapScopes(claims, { from: ['scopes'], map })).toEqual([])
  })

  test('grants only what the map or `always` names, each once', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd', 'a.x', 'a.*', '*', '__proto__')
    const scopes = fc.array(fc.constantFrom('r', 'w', 'x'), { maxLength: 3 })
    fc.assert(
      fc.property(
        fc.array(names),
        fc.dictionary(names, scopes),
        scopes,
        fc.boolean(),
        (scope, map, always, wildcard) => {
          const granted = mapScopes({ scope }, { map, always, wildcard })
          const possible = new Set<string>([...Object.values(map).flat(), ...always])
          expect(granted.filter((each) => !possible.has(each))).toEqual([])
          expect(new Set(granted).size).toBe(granted.length)
        },
      ),
      { seed: 61 },
    )
  })
})
