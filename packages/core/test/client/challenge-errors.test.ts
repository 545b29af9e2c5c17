import { describe, expect, test } from 'vitest'
import { challengeErrors } from '../../src/client/challenge-errors.js'

describe('the errors of challenges', () => {
  test.for<readonly [string, readonly string[]]>([
    ['', []],
    ['Bearer', []],
    ['Bearer realm="api"', []],
    ['Bearer error="invalid_token"', ['invalid_token']],
    ['DPoP realm="api", error="use_dpop_nonce", algs="ES256"', ['use_dpop_nonce']],
    ['DPoP error=use_dpop_nonce', ['use_dpop_nonce']],
    ['DPoP ERROR = "use_dpop_nonce"', ['use_dpop_nonce']],
    ['Bearer error="invalid_token", DPoP error="use_dpop_nonce"', ['invalid_token', 'use_dpop_nonce']],
    ['Bearer error="invalid_token", error_description="not error=use_dpop_nonce"', ['invalid_token']],
    ['Bearer error_description="a \\"quoted\\" error=\\"use_dpop_nonce\\"", error="invalid_token"', ['invalid_token']],
    ['Bearer x-error="use_dpop_nonce", my_error=use_dpop_nonce', []],
    ['Bearer error="two words", realm="error=use_dpop_nonce"', ['two words']],
    ['Bearer realm="never closed, error=use_dpop_nonce', []],
    ['Basic ZXJyb3I=, Bearer error="invalid_token"', ['invalid_token']],
  ])('%s', ([field, errors]) => {
    expect(challengeErrors(field)).toEqual(errors)
  })

  test.for(['error="', 'error=', '"', '\\"', 'error \t', 'e'])('are read in one pass: %j, many times', (part) => {
    expect(challengeErrors(part.repeat(100_000)).length).toBeLessThanOrEqual(100_000)
  })
})
