import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readScopes } from '../../src/scopes/reader.js'
import { parseJwt } from '../../src/verifier/jws.js'

/** The documented sample of Aritma's access token: `scope` is an array, and there is neither `sub` nor `jti`. */
const aritmaSample =
  'eyJhbGciOiJSUzI1NiIsImtpZCI6IjRDMzE4NkE5MjUwMjI4MUQ5Njg2NjNCNEQ2MEFDMjI5QUM3MkI3ODJSUzI1NiIsInR5cCI6ImF0K2p3dCIsIng1dCI6IlRER0dxU1VDS0IyV2htTzAxZ3JDS2F4eXQ0SSJ9.eyJuYmYiOjE2NjM1ODg0ODEsImV4cCI6MTY2MzU5MjA4MSwiaXNzIjoiaHR0cHM6Ly9pZC1kZXYuemRhdGEubm8iLCJhdWQiOlsic2VydmljZXMuc2V0dGxlbWVudCIsInphbSIsImh0dHBzOi8vaWQtZGV2LnpkYXRhLm5vL3Jlc291cmNlcyJdLCJjbGllbnRfaWQiOiJTZXR0bGVtZW50RXhhbXBsZUNsaWVudCIsImlhdCI6MTY2MzU4ODQ4MSwic2NvcGUiOlsic2VydmljZXMuc2V0dGxlbWVudCIsInphbSJdfQ.ZPZ0oZ7krdjmnidwlTJegmU2qkFP2QbvLphVfOdCf5lnT6utyLhveTI32RQTrAgmlX4zmpO-Mp5f7Ck3_5L0y1xrmJuvxFDQz3TW8sIdviZzPvFZ86Tt-Yk1dHjgsPaEKygmJGhfktxHGUqslaN_sFZJjyQPkIx5q5HGKnDNBUMo0Vx6TFo1V_HRa56QdGrApuCFjPu7goX6z2Qk0i0y1vVbkpWFqS_z-9m-8TgjF90aTkqWE866TGTZUEHxL10cnJFMQ6KTZk4Ez1tFkWCb9QW3RO8fvSKRDwDjBf0acToKbbyYvxf6XX4FZMRycFiSEsT-0rPPIKXDdB27br7j7g'

describe('readScopes', () => {
  test("reads the array of Aritma's sample token", () => {
    const { header, claims } = parseJwt(aritmaSample)
    expect(header).toMatchObject({ alg: 'RS256', typ: 'at+jwt' })
    expect(readScopes(claims)).toEqual(['services.settlement', 'zam'])
  })

  test.for<readonly [string, unknown, readonly string[]]>([
    ['a text', { scope: 'a b' }, ['a', 'b']],
    ['an array', { scope: ['a', 'b'] }, ['a', 'b']],
    ['scp', { scp: ['a'] }, ['a']],
    ['both, each once', { scope: 'a b', scp: ['b', 'c'] }, ['a', 'b', 'c']],
    ['several blanks', { scope: '  a   b ' }, ['a', 'b']],
    ['an empty text', { scope: '' }, []],
    ['null', { scope: null }, []],
    ['a number', { scope: 1 }, []],
    ['an object', { scope: { a: true } }, []],
    ['an array with strangers', { scope: ['a', 1, null, {}, ['b'], 'c d', '', 'é'] }, ['a']],
    ['a tab', { scope: 'a\tb' }, []],
    ['an inherited member', Object.create({ scope: 'a' }), []],
    ['nothing', undefined, []],
    ['a list of claims', [{ scope: 'a' }], []],
  ])('of %s', ([, claims, expected]) => {
    expect(readScopes(claims)).toEqual(expected)
  })

  test('follows paths: names with any character, pointers, fallbacks; all of them count', () => {
    const claims = {
      'https://example.test/roles': ['x'],
      realm_access: { roles: ['admin'] },
      resource_access: { 'my/api': { roles: ['user'] } },
      permissions: ['p:read'],
    }
    const paths = [
      'https://example.test/roles',
      '/realm_access/roles',
      '/resource_access/my~1api/roles',
      ['nope', 'permissions'],
    ]
    expect(readScopes(claims, paths)).toEqual(['x', 'admin', 'user', 'p:read'])
    expect(readScopes(claims, ['/__proto__/roles', '/realm_access/constructor'])).toEqual([])
  })

  test('reads back what a server wrote, joined or listed', () => {
    const scope = fc.stringMatching(/^[!#-[\]-~]{1,12}$/)
    fc.assert(
      fc.property(fc.uniqueArray(scope, { maxLength: 20 }), (scopes) => {
        expect(readScopes({ scope: scopes.join(' ') })).toEqual(scopes)
        expect(readScopes({ scope: scopes })).toEqual(scopes)
      }),
      { seed: 51 },
    )
  })

  test('holds a thousand at most', () => {
    const many = Array.from({ length: 5000 }, (_, i) => `s${i}`)
    expect(readScopes({ scope: many })).toHaveLength(1000)
    expect(readScopes({ scope: many.join(' ') })).toHaveLength(1000)
  })
})
