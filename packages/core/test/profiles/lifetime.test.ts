import { describe, expect, test } from 'vitest'
import { jwtLifetime } from '../../src/profiles/jwt-lifetime.js'
import { readLifetime } from '../../src/profiles/lifetime.js'
import type { LifetimeUnit } from '../../src/profiles/profile.js'

const now = 1_500_000_000

describe('readLifetime', () => {
  test.for<readonly [as: LifetimeUnit, value: unknown, expected: number | 'malformed' | undefined]>([
    ['seconds', 3600, 3600],
    ['seconds', '3600', 3600],
    ['seconds', '3600.5', 3600.5],
    ['seconds', 0.25, 0.25],
    ['seconds', 0, 0],
    ['seconds', '-1', 0],
    ['seconds', -1, 0],
    ['seconds', 1e15, 31_536_000],
    ['seconds', '9'.repeat(20), 31_536_000],
    ['seconds', null, undefined],
    ['seconds', undefined, undefined],
    ['seconds', '9'.repeat(400), 'malformed'],
    ['seconds', Number.POSITIVE_INFINITY, 'malformed'],
    ['seconds', Number.NaN, 'malformed'],
    ['seconds', '', 'malformed'],
    ['seconds', ' 1', 'malformed'],
    ['seconds', '1e3', 'malformed'],
    ['seconds', '0x10', 'malformed'],
    ['seconds', 'soon', 'malformed'],
    ['seconds', true, 'malformed'],
    ['seconds', [1], 'malformed'],
    ['seconds', {}, 'malformed'],
    ['milliseconds', 3_600_000, 3600],
    ['epoch-seconds', now + 60, 60],
    ['epoch-seconds', now - 60, 0],
    ['epoch-milliseconds', (now + 60) * 1000, 60],
    ['epoch-milliseconds', String((now + 60) * 1000), 60],
    ['rfc3339', '2017-07-14T02:41:00Z', 60],
    ['rfc3339', '2017-07-14t02:41:00.500z', 60.5],
    ['rfc3339', '2017-07-14T04:41:00+02:00', 60],
    ['rfc3339', '2017-07-14 02:41:00Z', 60],
    ['rfc3339', '2017-07-21T17:32:28Z', 658_348],
    ['rfc3339', '2016-01-01T00:00:00Z', 0],
    ['rfc3339', '2017-13-14T02:41:00Z', 'malformed'],
    ['rfc3339', '2017-07-14', 'malformed'],
    ['rfc3339', 'tomorrow', 'malformed'],
    ['rfc3339', now, 'malformed'],
  ])('%s %o is %o', ([as, value, expected]) => {
    const read = readLifetime({ life: value }, { lifetime: [{ path: 'life', as }] }, now)
    expect(read === 'malformed' ? read : read.seconds).toBe(expected)
  })

  test('the first place that is filled counts', () => {
    const lifetime = [
      { path: 'expires_in', as: 'seconds' },
      { path: 'expires_at', as: 'rfc3339' },
    ] as const
    const read = (document: object) => readLifetime(document, { lifetime }, now)
    expect(read({ expires_in: 5, expires_at: 'nonsense' })).toEqual({ seconds: 5, repair: undefined })
    expect(read({ expires_in: null, expires_at: '2017-07-14T02:41:00Z' })).toMatchObject({ seconds: 60 })
  })

  test.for([
    [{ expires_in: 60 }, undefined],
    [{ expires_in: '60' }, 'expires_in was a string'],
    [{ expires_in: -60 }, 'expires_in was negative'],
    [{}, undefined],
  ] as const)('%o needs the repair %s', ([document, repair]) => {
    expect(readLifetime(document, {}, now)).toMatchObject(repair === undefined ? {} : { repair })
  })
})

describe('jwtLifetime', () => {
  const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`

  test.for([
    [jwt({ exp: 100, iat: 40 }), 50, 50],
    [jwt({ exp: 100, iat: 40 }), 30, 60],
    [jwt({ exp: 100, iat: 40 }), 130, -30],
    [jwt({ exp: 100 }), 30, 70],
    [jwt({ exp: 100, iat: 100 }), 30, 70],
    [jwt({ exp: '100' }), 30, undefined],
    [jwt({ name: 'Zoë ✓', exp: 1 }), 0, 1],
    [jwt([]), 0, undefined],
    ['opaque', 0, undefined],
    ['a.b.c', 0, undefined],
    ['a.!!.c', 0, undefined],
    ['NgXCXRKc...Mz0Yjw=', 0, undefined],
  ] as const)('%s at %d: %s', ([token, now, expected]) => {
    expect(jwtLifetime(token, now)).toBe(expected)
  })
})
