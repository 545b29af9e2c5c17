import { BearerError } from '@auth/core'
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { responseMeta } from '../src/index.js'

const down = (retryAfter?: number): BearerError =>
  new BearerError({ code: 'temporarily_unavailable', reason: 'no keys', retryAfter })
const noToken = new BearerError({ code: 'missing_token', reason: 'there is none', realm: 'a' })
const refused = new BearerError({ code: 'invalid_token', reason: 'it has expired' })
const otherRealm = new BearerError({ code: 'missing_token', reason: 'there is none', realm: 'b' })

function fields(errors: readonly Error[], more: object = {}): Record<string, string> {
  const failures = errors.map((cause) => new TRPCError({ code: 'CONFLICT', cause }))
  const { headers } = responseMeta({ errors: failures, eagerGeneration: false, ...more })
  return Object.fromEntries(headers ?? [])
}

const noStore = { 'cache-control': 'no-store' }

test.for<[string, readonly Error[], Record<string, string>]>([
  ['nothing', [], {}],
  ['an error of another kind', [new RangeError('too far')], {}],
  ['a refusal', [noToken], { ...noStore, 'www-authenticate': 'Bearer realm="a"' }],
  ['the same twice', [noToken, noToken], { ...noStore, 'www-authenticate': 'Bearer realm="a"' }],
  ['two', [noToken, otherRealm], { ...noStore, 'www-authenticate': 'Bearer realm="a", Bearer realm="b"' }],
  ['among other errors', [new RangeError('too far'), noToken], { ...noStore, 'www-authenticate': 'Bearer realm="a"' }],
  ['an outage', [down(30)], { ...noStore, 'retry-after': '30' }],
  ['an outage of unknown length', [down()], noStore],
  ['several', [down(5), down(30), down()], { ...noStore, 'retry-after': '30' }],
])('%s', ([, errors, expected]) => {
  expect(fields(errors)).toEqual(expected)
})

test.for<[string, object, Record<string, string>]>([
  [
    'a refused token in the context',
    { ctx: { auth: { error: refused } } },
    { ...noStore, 'www-authenticate': expect.stringContaining('error="invalid_token"') },
  ],
  ['no token in the context: the procedures may be public', { ctx: { auth: { error: noToken } } }, {}],
  ['a token in the context', { ctx: { auth: { token: {} } } }, {}],
  ['no context', {}, {}],
])('before a stream: %s', ([, more, expected]) => {
  expect(fields([], { eagerGeneration: true, ...more })).toEqual(expected)
})
