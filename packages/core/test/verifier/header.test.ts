import { createServer, type IncomingMessage, request as nodeRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCredentials } from '../../src/verifier/header.js'
import { createVerifier } from '../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from './support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from './support/tokens.js'

const signer = await createSigner('ES256')
const good = await signer.sign()
const verifier = createVerifier({
  issuer,
  audience,
  jwks: { keys: [signer.jwk] },
  clockTolerance: 0,
  now: clockAt(),
})

/** Real requests over a real socket, as `node:http` hands them to an application. */
const arrived: ((request: IncomingMessage) => void)[] = []
const server = createServer((request, response) => {
  arrived.shift()?.(request)
  response.end()
})
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

async function overSocket(headers: readonly string[]): Promise<IncomingMessage> {
  const request = new Promise<IncomingMessage>((resolve) => arrived.push(resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve, reject) => {
    const sent = nodeRequest(
      { host: '127.0.0.1', port, headers: ['Host', 'api.example.test', ...headers] },
      (answer) => {
        answer.resume().once('end', resolve)
      },
    )
    sent.once('error', reject).end()
  })
  return request
}

function asFetchRequest(fields: readonly string[]): Request {
  const headers = new Headers()
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i] ?? '', fields[i + 1] ?? '')
  return new Request('https://api.example.test/accounts', { headers })
}

const accepted = 'accepted'
const bare = 'missing_token'
const malformed = 'invalid_request'
const invalid = 'invalid_token'

/** Header fields, flat as `rawHeaders` are, and the verdict on both kinds of request. */
const cases: readonly (readonly [id: string, fields: readonly string[], verdict: string])[] = [
  ['A-01 plain', ['Authorization', `Bearer ${good}`], accepted],
  ['A-02 lower-case scheme', ['Authorization', `bearer ${good}`], accepted],
  ['A-03 upper-case scheme', ['Authorization', `BEARER ${good}`], accepted],
  ['A-04 mixed case, lower-case field name', ['authorization', `bEaReR ${good}`], accepted],
  ['A-05 several spaces', ['Authorization', `Bearer    ${good}`], accepted],
  ['A-06 blanks around the field value', ['Authorization', ` \t Bearer ${good} \t `], accepted],
  ['A-07 tab as separator', ['Authorization', `Bearer\t${good}`], malformed],
  ['A-08 no header', [], bare],
  ['A-10 scheme only', ['Authorization', 'Bearer'], malformed],
  ['A-11 scheme and space', ['Authorization', 'Bearer '], malformed],
  ['A-12 token without scheme', ['Authorization', good], bare],
  ['A-13 prefix of the scheme', ['Authorization', `Bear ${good}`], bare],
  ['A-13 scheme as a prefix', ['Authorization', `Bearerx ${good}`], bare],
  ['A-16 Basic', ['Authorization', 'Basic dXNlcjpwYXNz'], bare],
  ['A-17 other scheme with a good token', ['Authorization', `Token ${good}`], bare],
  ['A-18 DPoP scheme', ['Authorization', `DPoP ${good}`], bare],
  ['A-19 two fields', ['Authorization', `Bearer ${good}`, 'Authorization', `Bearer ${good}`], malformed],
  ['A-19 two fields, ours second', ['Authorization', 'Basic dXNlcg==', 'authorization', `Bearer ${good}`], malformed],
  ['A-19 two fields, none ours', ['Authorization', 'Basic dXNlcg==', 'authorization', 'Basic dXNlcg=='], bare],
  ['A-20 comma list', ['Authorization', `Bearer ${good}, Bearer ${good}`], malformed],
  ['A-20 comma list without scheme', ['Authorization', `Bearer ${good},${good}`], malformed],
  ['A-23 quoted', ['Authorization', `Bearer "${good}"`], malformed],
  ['A-24 auth-param', ['Authorization', `Bearer token="${good}"`], malformed],
  ['A-25 padding on a JWT', ['Authorization', `Bearer ${good}=`], invalid],
  ['A-26 percent-encoded', ['Authorization', `Bearer ${good.replaceAll('.', '%2E')}`], malformed],
  ['A-28 the word undefined', ['Authorization', 'Bearer undefined'], invalid],
  ['A-30 [object Object]', ['Authorization', 'Bearer [object Object]'], malformed],
  ['A-31 __proto__', ['Authorization', 'Bearer __proto__'], invalid],
  ['A-32 constructor', ['Authorization', 'Bearer constructor'], invalid],
  ['A-35 Proxy-Authorization', ['Proxy-Authorization', `Bearer ${good}`], bare],
  ['A-36 look-alike', ['X-Authorization', `Bearer ${good}`, 'Authorization-Token', `Bearer ${good}`], bare],
  ['A-43 Connection: Authorization', ['Connection', 'Authorization', 'Authorization', `Bearer ${good}`], accepted],
  ['two spaces in the token', ['Authorization', `Bearer ${good} ${good}`], malformed],
  ['empty field', ['Authorization', ''], bare],
]

describe('an Authorization field', () => {
  test.for(cases)('%s', async ([, fields, verdict]) => {
    expect(await verdictOf(verifier.authenticate(asFetchRequest(fields)))).toBe(verdict)
    // the verdict does not depend on the platform.
    expect(await verdictOf(verifier.authenticate(await overSocket(fields)))).toBe(verdict)
  })

  test('A-39, A-40 is the only place a token is looked for', async () => {
    const request = new Request(`https://api.example.test/?access_token=${good}`, {
      method: 'POST',
      body: new URLSearchParams({ access_token: good }),
    })
    expect(await verdictOf(verifier.authenticate(request))).toBe(bare)
    expect(await request.text()).toContain('access_token')
  })

  test('A-08 that is missing makes a bare challenge', async () => {
    const refusal = await refusalOf(verifier.authenticate(asFetchRequest([])))
    expect(refusal).toMatchObject({ status: 401, error: undefined })
    expect(refusal.toResponse().headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })

  test('of a plain object is found whatever its case, once or in a list', async () => {
    const headers = [{ authorization: `Bearer ${good}` }, { AUTHORIZATION: `Bearer ${good}` }]
    for (const each of headers) expect(readCredentials({ headers: each }, false).text).toBe(good)
    const twice = { headers: { authorization: [`Bearer ${good}`, `Bearer ${good}`] } }
    expect(await verdictOf(verifier.authenticate(twice))).toBe(malformed)
  })

  test('that middleware removed does not come back from the raw ones', async () => {
    const request = { headers: {}, rawHeaders: ['Authorization', `Bearer ${good}`] }
    expect(await verdictOf(verifier.authenticate(request))).toBe(bare)
  })

  test('is read through any Headers that can be asked', async () => {
    const headers = { get: (name: string) => (name === 'authorization' ? `Bearer ${good}` : null) }
    const request: object = { headers }
    expect(await verdictOf(verifier.authenticate(request as Request))).toBe(accepted)
  })

  test.for([
    [`a${' '.repeat(2_000_000)}b`, bare],
    [`Bearer a${' '.repeat(2_000_000)}`, invalid],
    [`Bearer ${','.repeat(2_000_000)}`, malformed],
  ] as const)('of two million characters is refused all the same: %#', async ([value, verdict]) => {
    expect(await verdictOf(verifier.authenticate({ headers: { authorization: value } }))).toBe(verdict)
  })

  test('longer than 16 KiB holds no acceptable token', async () => {
    const padded = await signer.sign(claimsWith({ fill: 'x'.repeat(20_000) }))
    expect(await verdictOf(verifier.authenticate({ headers: { authorization: `Bearer ${padded}` } }))).toBe(invalid)
  })
})
