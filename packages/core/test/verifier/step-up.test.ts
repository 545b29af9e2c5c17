import { describe, expect, test } from 'vitest'
import type { StepUp } from '../../src/errors.js'
import { stepUp } from '../../src/verifier/access-token.js'
import type { VerifierOptions } from '../../src/verifier/types.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')

function setUp(options: Partial<VerifierOptions> = {}) {
  const clock = clockAt()
  const base = { issuer, audience, jwks: { keys: [signer.jwk] }, clockTolerance: 0, now: clock }
  return { verifier: createVerifier({ ...base, ...options }), clock }
}

const mfa = 'urn:example:mfa'

describe('step-up', () => {
  test.for<readonly [string, Readonly<Record<string, unknown>>, StepUp, string]>([
    ['the acr asked for', { acr: mfa }, { acrValues: [mfa] }, 'accepted'],
    ['one of those asked for', { acr: mfa }, { acrValues: ['urn:example:key', mfa] }, 'accepted'],
    ['another acr', { acr: 'pwd' }, { acrValues: [mfa] }, 'insufficient_user_authentication'],
    ['no acr', {}, { acrValues: [mfa] }, 'insufficient_user_authentication'],
    ['acr in another case', { acr: mfa.toUpperCase() }, { acrValues: [mfa] }, 'insufficient_user_authentication'],
    ['acr in a list', { acr: [mfa] }, { acrValues: [mfa] }, 'insufficient_user_authentication'],
    ['several in one acr', { acr: `pwd ${mfa}` }, { acrValues: [mfa] }, 'insufficient_user_authentication'],
    ['a login that is recent enough', { auth_time: epoch - 300 }, { maxAge: 300 }, 'accepted'],
    ['a login a second too old', { auth_time: epoch - 301 }, { maxAge: 300 }, 'insufficient_user_authentication'],
    ['a login this moment', { auth_time: epoch }, { maxAge: 0 }, 'accepted'],
    ['a login in the future', { auth_time: epoch + 1 }, { maxAge: 300 }, 'insufficient_user_authentication'],
    ['no auth_time', {}, { maxAge: 300 }, 'insufficient_user_authentication'],
    ['auth_time a string', { auth_time: String(epoch) }, { maxAge: 300 }, 'insufficient_user_authentication'],
    ['auth_time null', { auth_time: null }, { maxAge: 300 }, 'insufficient_user_authentication'],
    ['both, both good', { acr: mfa, auth_time: epoch }, { acrValues: [mfa], maxAge: 10 }, 'accepted'],
    [
      'both, one good',
      { acr: mfa, auth_time: epoch - 11 },
      { acrValues: [mfa], maxAge: 10 },
      'insufficient_user_authentication',
    ],
  ])('%s', async ([, claims, requirement, verdict]) => {
    const { verifier } = setUp()
    const token = await signer.sign(claimsWith(claims))
    expect(await verdictOf(verifier.verify(token, { stepUp: requirement }))).toBe(verdict)
    const request = new Request('https://api.example.test', { headers: { authorization: `Bearer ${token}` } })
    expect(await verdictOf(verifier.authenticate(request, { stepUp: requirement }))).toBe(verdict)
    const accepted = await verifier.verify(token)
    expect(await verdictOf((async () => stepUp(accepted, requirement))())).toBe(verdict)
  })

  test('is answered with a challenge that says what to ask for (RFC 9470 §3)', async () => {
    const { verifier } = setUp()
    const checked = verifier.verify(await signer.sign(), { stepUp: { acrValues: [mfa, 'pwd'], maxAge: 5 } })
    const { status, answer } = await refusalOf(checked)
    expect(status).toBe(401)
    expect(Object.fromEntries(answer.headers)['www-authenticate']).toBe(
      'Bearer realm="api", error="insufficient_user_authentication", error_description="A more recent or stronger authentication is required", acr_values="urn:example:mfa pwd", max_age="5"',
    )
  })

  test('comes after scopes: no login mends a missing scope', async () => {
    const { verifier } = setUp()
    const checked = verifier.verify(await signer.sign(), { scopes: 'admin', stepUp: { maxAge: 5 } })
    expect(await verdictOf(checked)).toBe('insufficient_scope')
  })

  test('is asked each time, and a login ages while its token is remembered', async () => {
    const { verifier, clock } = setUp()
    const token = await signer.sign(claimsWith({ auth_time: epoch }))
    const accepted = await verifier.verify(token, { stepUp: { maxAge: 10 } })
    clock.advance(10.001)
    expect(await verdictOf(verifier.verify(token, { stepUp: { maxAge: 10 } }))).toBe('insufficient_user_authentication')
    expect(await verdictOf(verifier.verify(token))).toBe('accepted')
    expect(() => stepUp(accepted, { maxAge: 10 })).toThrow(/stronger authentication/)
    clock.advance(300)
    expect(() => stepUp(accepted, { maxAge: 1000 })).toThrow(/has expired/)
  })

  test('forgives what clocks may differ', async () => {
    const { verifier } = setUp({ clockTolerance: 30 })
    const token = await signer.sign(claimsWith({ auth_time: epoch - 40 }))
    expect(await verdictOf(verifier.verify(token, { stepUp: { maxAge: 10 } }))).toBe('accepted')
    expect(await verdictOf(verifier.verify(token, { stepUp: { maxAge: 9 } }))).toBe('insufficient_user_authentication')
  })

  test('goes by the claims as they were sent, whatever a schema makes of them', async () => {
    const claims: VerifierOptions['claims'] = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { acr: mfa, auth_time: epoch } }) },
    }
    const { verifier } = setUp({ claims })
    const checked = verifier.verify(await signer.sign(), { stepUp: { acrValues: [mfa] } })
    expect(await verdictOf(checked)).toBe('insufficient_user_authentication')
  })

  test.for<readonly [string, unknown]>([
    ['nothing', {}],
    ['null', null],
    ['no acr', { acrValues: [] }],
    ['an acr with a blank', { acrValues: ['a b'] }],
    ['an acr that would end the challenge', { acrValues: ['a"'] }],
    ['acrValues as one text', { acrValues: mfa }],
    ['a negative age', { maxAge: -1 }],
    ['an age as text', { maxAge: '300' }],
    ['an age that is no number', { maxAge: Number.NaN }],
    ['a misspelt member', { max_age: 300 }],
  ])('is a TypeError when it asks for %s', async ([, requirement]) => {
    const { verifier } = setUp()
    const token = await signer.sign(claimsWith({ acr: mfa, auth_time: epoch }))
    await expect(verifier.verify(token, { stepUp: requirement as StepUp })).rejects.toThrow(TypeError)
    const accepted = await verifier.verify(token)
    expect(() => stepUp(accepted, requirement as StepUp)).toThrow(TypeError)
    expect(() => stepUp({ ...accepted }, { maxAge: 1000 })).toThrow(TypeError)
  })
})
