import { describe, expect, test } from 'vitest'
import { createVerifier } from '../../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from '../support/refused.js'
import { audience, claimsWith, clockAt, createSigner, epoch, issuer } from '../support/tokens.js'

/** Hostile claims under a good signature, by the id of their case; those without one are more of the same class. */

const key = await createSigner('ES256')
const verifier = createVerifier({ issuer, audience, jwks: { keys: [key.jwk] }, clockTolerance: 0, now: clockAt() })

/** A claim as it is written in JSON, which may be no value JavaScript would write. */
async function verify(name: string, json: string | undefined): Promise<string> {
  const { [name]: _, ...others } = claimsWith()
  const text = JSON.stringify(others)
  return verdictOf(
    verifier.verify(await key.sign(json === undefined ? text : `${text.slice(0, -1)},"${name}":${json}}`)),
  )
}

const rejected: readonly (readonly [id: string, claim: string, json: string | undefined])[] = [
  ['D-exp-1', 'exp', `${epoch - 1}`],
  ['D-expt-0', 'exp', '"9999999999"'],
  ['D-expt-1', 'exp', '"2099-01-01T00:00:00Z"'],
  ['D-expt-3', 'exp', 'null'],
  ['D-expt-7', 'exp', '[9999999999]'],
  ['D-expt-9', 'exp', '0'],
  ['D-expt-10', 'exp', '-1'],
  ['D-expt-12', 'exp', '1e400'],
  ['D-expt-13', 'exp', '-1e400'],
  ['D-expt-14', 'exp', '"NaN"'],
  ['D-expt-15', 'exp', '"Infinity"'],
  ['D-expt-16', 'exp', '""'],
  ['exp true', 'exp', 'true'],
  ['exp an object', 'exp', '{"valueOf":9999999999}'],
  ['exp -0', 'exp', '-0'],
  ['exp a tiny number', 'exp', '1e-400'],
  ['exp missing', 'exp', undefined],
  ['D-nbft-1', 'nbf', 'null'],
  ['D-nbft-4', 'nbf', '{}'],
  ['D-nbft-5', 'nbf', '"abc"'],
  ['D-nbft-6', 'nbf', '1e400'],
  ['nbf as text', 'nbf', `"${epoch}"`],
  ['nbf a list', 'nbf', `[${epoch}]`],
  ['nbf false', 'nbf', 'false'],
  ['nbf in milliseconds', 'nbf', `${epoch}000`],
  ['D-iat-1', 'iat', `${epoch + 60}`],
  ['D-iat-2', 'iat', `${epoch + 86_400}`],
  ['D-iatt-0', 'iat', '"0"'],
  ['D-iatt-1', 'iat', 'true'],
  ['D-iatt-3', 'iat', '"abc"'],
  ['iat null', 'iat', 'null'],
  ['iat a list', 'iat', '[0]'],
  ['iat 1e400', 'iat', '1e400'],
  ['iat -1e400', 'iat', '-1e400'],
  ['D-iat-4', 'iat', `${epoch + 301}`],
  ['D-iss-2', 'iss', '"http://issuer.example.test"'],
  ['D-iss-3', 'iss', '"https://issuer.example.test:443"'],
  ['D-iss-4', 'iss', '"https://issuer.example.test.evil.test"'],
  ['D-iss-6', 'iss', '"https://issuer.example.test/evil"'],
  ['D-iss-7', 'iss', '"https://issuer.example.tes"'],
  ['D-iss-8', 'iss', '"issuer"'],
  ['D-iss-9', 'iss', '" https://issuer.example.test"'],
  ['D-iss-10', 'iss', '"https://issuer.example.test\\u0000"'],
  ['iss with a slash', 'iss', '"https://issuer.example.test/"'],
  ['iss with a query', 'iss', '"https://issuer.example.test?"'],
  ['iss with a fragment', 'iss', '"https://issuer.example.test#"'],
  ['iss in capitals', 'iss', '"HTTPS://ISSUER.EXAMPLE.TEST"'],
  ['iss percent-encoded', 'iss', '"https://issuer.example%2Etest"'],
  ['iss with a dot at the end', 'iss', '"https://issuer.example.test."'],
  ['iss with userinfo', 'iss', '"https://x@issuer.example.test"'],
  ['iss with a soft hyphen', 'iss', '"https://issuer.ex\\u00adample.test"'],
  ['iss in full width', 'iss', '"https://issuer.example.\\uff54est"'],
  ['iss with a line feed', 'iss', '"https://issuer.example.test\\n"'],
  ['D-iss-m', 'iss', undefined],
  ['D-isst-0', 'iss', '["https://issuer.example.test"]'],
  ['D-isst-1', 'iss', '["https://evil.test","https://issuer.example.test"]'],
  ['D-isst-3', 'iss', 'null'],
  ['D-isst-4', 'iss', '1'],
  ['D-isst-6', 'iss', '""'],
  ['iss an object', 'iss', '{"toString":"https://issuer.example.test"}'],
  ['iss true', 'iss', 'true'],
  ['iss __proto__', 'iss', '"__proto__"'],
  ['iss constructor', 'iss', '"constructor"'],
  ['D-aud-t0', 'aud', '"https://api.example.test"'],
  ['D-aud-t2', 'aud', '"https://API.example.test/"'],
  ['D-aud-t3', 'aud', '"https://api.example.test/ "'],
  ['D-aud-t5', 'aud', '"https://other.test"'],
  ['D-aud-t6', 'aud', '""'],
  ['D-aud-t7', 'aud', '"*"'],
  ['D-aud-t9', 'aud', '[]'],
  ['D-aud-t13', 'aud', '{"a":"https://api.example.test/"}'],
  ['D-aud-t15', 'aud', 'null'],
  ['D-aud-t17', 'aud', 'true'],
  ['D-aud-t18', 'aud', '[null,1]'],
  ['D-aud-2', 'aud', undefined],
  ['D-aud-3', 'aud', '["https://api.example.test/",1]'],
  ['aud null beside ours', 'aud', '["https://api.example.test/",null]'],
  ['aud a list in a list', 'aud', '[["https://api.example.test/"]]'],
  ['aud ours and others in one text', 'aud', '"https://api.example.test/ https://other.test"'],
  ['aud ours and others by comma', 'aud', '"https://api.example.test/,https://other.test"'],
  ['aud a prefix', 'aud', '"https://api.example.test/x"'],
  ['aud an object beside ours', 'aud', '["https://api.example.test/",{}]'],
  ['aud 0', 'aud', '0'],
  ['aud like a list', 'aud', '{"0":"https://api.example.test/","length":1}'],
  ['D-subt-1', 'sub', '{}'],
  ['D-subt-3', 'sub', 'true'],
  ['sub null', 'sub', 'null'],
  ['sub a number', 'sub', '1'],
  ['sub a list', 'sub', '["user-1"]'],
  ['D-jtit-1', 'jti', '{}'],
  ['jti a number', 'jti', '1'],
  ['jti null', 'jti', 'null'],
  ['D-cnf-2', 'cnf', '{"x5t#S256":"AAAA"}'],
  ['D-cnf-3', 'cnf', '{"unknown":"x"}'],
  ['cnf empty', 'cnf', '{}'],
  ['cnf null', 'cnf', 'null'],
  ['cnf of a wrong type', 'cnf', '"x"'],
]

describe('rejected, and never by anything but a BearerError that says nothing', () => {
  test.for(rejected)('%s: %s is %s', async ([, name, json]) => {
    expect(await verify(name, json)).toBe('invalid_token')
  })
})

describe('accepted', () => {
  test.for<readonly [string, string, string | undefined]>([
    ['D-exp-6', 'exp', '253402300800'],
    ['D-exp-7', 'exp', '1e30'],
    ['D-exp-8', 'exp', `${epoch}000`],
    ['D-exp-9', 'exp', '9007199254740993'],
    ['D-iat-3', 'iat', undefined],
    ['D-sub-1', 'sub', undefined],
    ['D-aud-1', 'aud', '["https://other.test","https://api.example.test/"]'],
    ['D-aud-4', 'aud', JSON.stringify([...Array.from({ length: 800 }, (_, i) => `a${i}`), audience])],
    ['nbf now', 'nbf', `${epoch}`],
    ['iat now', 'iat', `${epoch}`],
    ['iat before the epoch', 'iat', '-1'],
    ['a fraction', 'exp', `${epoch}.5`],
    ['an exponent', 'exp', '18.00000001e8'],
    ['an unknown claim', 'https://example.test/x', '[[[{"a":null}]]]'],
  ])('%s: %s is %s', async ([, name, json]) => {
    expect(await verify(name, json)).toBe('accepted')
  })
})

test('no answer tells which check failed', async () => {
  const { answer } = await refusalOf(verifier.verify('x'))
  for (const [, name, json] of rejected) {
    const { [name]: _, ...others } = claimsWith()
    const text = JSON.stringify(others)
    const token = await key.sign(json === undefined ? text : `${text.slice(0, -1)},"${name}":${json}}`)
    expect((await refusalOf(verifier.verify(token))).answer).toEqual(answer)
  }
})
