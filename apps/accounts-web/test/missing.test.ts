import { expect, test } from 'vitest'
import { type Missing, readMissing } from '../src/missing.js'

test.for<[string | null, Missing | undefined]>([
  [null, undefined],
  ['Bearer realm="accounts"', undefined],
  ['Bearer realm="accounts", error="invalid_token"', undefined],
  [
    'Bearer realm="accounts", error="insufficient_scope", scope="cards:read cards:write"',
    { kind: 'scopes', scopes: ['cards:read', 'cards:write'] },
  ],
  [
    'Bearer error="insufficient_user_authentication", acr_values="urn:a urn:b", max_age="300"',
    { kind: 'login', acrValues: ['urn:a', 'urn:b'], maxAge: 300 },
  ],
  ['Bearer error="insufficient_user_authentication", max_age="0"', { kind: 'login', acrValues: [], maxAge: 0 }],
])('%j means %j', ([field, missing]) => {
  expect(readMissing(field)).toEqual(missing)
})
