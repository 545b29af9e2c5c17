import { describe, expect, test } from 'vitest'
import { dpopProofs } from '../../../src/verifier/dpop.js'
import { memoryReplayStore } from '../../../src/verifier/replay-store.js'
import { protectedResource } from '../../../src/verifier/resource-metadata.js'
import type { VerifierOptions } from '../../../src/verifier/types.js'
import { createVerifier } from '../../../src/verifier/verifier.js'
import { createProver, dpopRequest, origin } from '../support/proofs.js'
import { refusalOf, verdictOf } from '../support/refused.js'
import { audience, claimsWith, clockAt, createSigner, issuer } from '../support/tokens.js'

/** What a request and its answer look like: where other verifiers were measured taking too much, or telling it. */

const signer = await createSigner('ES256')
const good = await signer.sign()

function verifierWith(options: Partial<VerifierOptions> = {}) {
  return createVerifier({
    issuer,
    audience,
    jwks: { keys: [signer.jwk] },
    clockTolerance: 0,
    now: clockAt(),
    ...options,
  })
}

/** How a request is refused, as the wire has it. */
async function answerTo(request: Request, options: Partial<VerifierOptions> = {}) {
  const { status, answer } = await refusalOf(verifierWith(options).authenticate(request))
  return {
    status,
    challenge: new Headers(answer.headers.map(([name, value]) => [name, value])).get('www-authenticate'),
  }
}

const requestWith = (...authorization: string[]): Request => {
  const headers = new Headers()
  for (const each of authorization) headers.append('authorization', each)
  return new Request(`${origin}/accounts?secret=planted`, { headers })
}

test('no token sent: hono and the MCP SDK send an error; ours is a bare challenge', async () => {
  for (const request of [requestWith(), requestWith('Basic dXNlcjpwYXNz')]) {
    expect(await answerTo(request)).toEqual({ status: 401, challenge: 'Bearer realm="api"' })
  }
})

test('optional authentication: elsewhere a forged token becomes anonymous; here only an absent one is missing', async () => {
  // It is what an adapter lets pass where authentication is optional: nothing else has this code.
  expect(await verdictOf(verifierWith().authenticate(requestWith()))).toBe('missing_token')
  const present = [`Bearer ${good}x`, 'Bearer x', 'Bearer ', `Bearer ${good}, Bearer ${good}`, 'Bearer a b']
  for (const each of present) {
    expect(['invalid_token', 'invalid_request']).toContain(
      await verdictOf(verifierWith().authenticate(requestWith(each))),
    )
  }
})

test('token in the query: on by default in express-oauth2-jwt-bearer; ours is off, and there is no switch', async () => {
  const request = new Request(`${origin}/?access_token=${good}`)
  expect(await answerTo(request)).toEqual({ status: 401, challenge: 'Bearer realm="api"' })
})

describe('two Authorization headers: Node keeps the first, fetch joins with a comma', () => {
  test('400, as fetch has them', async () => {
    expect(await answerTo(requestWith(`Bearer ${good}`, `Bearer ${good}`))).toMatchObject({ status: 400 })
  })

  test('400, as Node has them', async () => {
    const headers = { authorization: `Bearer ${good}` }
    const rawHeaders = ['Authorization', `Bearer ${good}`, 'authorization', `Bearer ${good}`]
    expect(await refusalOf(verifierWith().authenticate({ headers, rawHeaders }))).toMatchObject({ status: 400 })
  })
})

describe('realm: hono prints the request URL with its query', () => {
  test('ours is configured', async () => {
    expect(await answerTo(requestWith(), { realm: 'accounts' })).toMatchObject({ challenge: 'Bearer realm="accounts"' })
  })

  test('and never the URL, whatever was refused', async () => {
    for (const request of [requestWith(), requestWith('Bearer x'), requestWith('Bearer a b')]) {
      expect((await answerTo(request)).challenge).not.toContain('planted')
    }
  })

  test.for<readonly [realm: string, challenge: string]>([
    ['say "hi"', String.raw`Bearer realm="say \"hi\""`],
    [String.raw`a\b`, String.raw`Bearer realm="a\\b"`],
  ])('in a quoted string: %s', async ([realm, challenge]) => {
    expect(await answerTo(requestWith(), { realm })).toMatchObject({ challenge })
  })

  test.for(['a\r\nSet-Cookie: x=y', 'a\nb', 'a\u0000b', 'Zoë 🦊'])(
    '%j: no CR, LF or non-ASCII leaves',
    async (realm) => {
      const { challenge } = await answerTo(requestWith(), { realm })
      expect(challenge).toMatch(/^Bearer realm="[\u0020-\u007e]*"$/)
    },
  )
})

describe('403: many name no scope', () => {
  test.for([
    ['admin', 'admin'],
    [{ allOf: ['read', 'admin', 'write', 'delete'] }, 'admin delete'],
    [{ anyOf: ['admin', 'delete'] }, 'admin'],
  ] as const)('ours lists what is missing of %j', async ([scopes, missing]) => {
    const { status, answer } = await refusalOf(verifierWith().authenticate(requestWith(`Bearer ${good}`), { scopes }))
    expect(status).toBe(403)
    expect(JSON.stringify(answer.headers)).toContain(`scope=\\"${missing}\\"`)
  })
})

describe('DPoP: htu from the Host header was bypassed, the replay of a jti is left to the user', () => {
  const setUp = async (options: Partial<Parameters<typeof dpopProofs>[0]> = {}) => {
    const client = await createProver()
    const token = await signer.sign(claimsWith({ cnf: { jkt: client.jkt } }))
    return { client, token, verifier: verifierWith({ dpop: dpopProofs({ origin, ...options }) }) }
  }

  test('ours is the configured public origin, whatever Host and proxies say', async () => {
    const { client, token, verifier } = await setUp()
    const proof = await client.prove(token, { htu: 'https://evil.example/accounts' })
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      authorization: `DPoP ${token}`,
      dpop: proof,
    }
    const refused = verifier.authenticate({ method: 'GET', url: '/accounts', headers })
    expect(await verdictOf(refused)).toBe('invalid_dpop_proof')
  })

  test('a proof is taken once, of a hundred at a time', async () => {
    const { client, token, verifier } = await setUp()
    const proof = await client.prove(token)
    const all = Array.from({ length: 100 }, () => verdictOf(verifier.authenticate(dpopRequest(token, proof))))
    const verdicts = await Promise.all(all)
    expect(verdicts.filter((each) => each === 'accepted').length).toBe(1)
    expect(new Set(verdicts)).toEqual(new Set(['accepted', 'invalid_dpop_proof']))
  })

  test.for<readonly [string, () => 'full' | Promise<never>]>([
    ['is full', () => 'full'],
    ['is down', () => Promise.reject(new Error('down'))],
  ])('a replay store that %s fails closed', async ([, add]) => {
    const { client, token, verifier } = await setUp({ replayStore: { add } })
    const refusal = await refusalOf(verifier.authenticate(dpopRequest(token, await client.prove(token))))
    expect(refusal).toMatchObject({ status: 503, code: 'temporarily_unavailable' })
  })

  test('one that remembers fills up by its own limit, and lets nobody in twice', async () => {
    const { client, token, verifier } = await setUp({
      replayStore: memoryReplayStore({ maxEntries: 2, maxPerKey: 2, now: clockAt() }),
    })
    const proofs = await Promise.all([1, 2, 3].map(() => client.prove(token)))
    const statuses: string[] = []
    for (const proof of [...proofs, ...proofs]) {
      statuses.push(await verdictOf(verifier.authenticate(dpopRequest(token, proof))))
    }
    expect(statuses.filter((each) => each === 'accepted').length).toBe(2)
  })
})

describe('step-up, resource metadata: no JavaScript package has the first, only MCP the second', () => {
  test('step-up says what to ask for (RFC 9470)', async () => {
    const asked = { stepUp: { acrValues: ['urn:example:mfa'], maxAge: 300 } }
    const { status, challenges } = await refusalOf(verifierWith().authenticate(requestWith(`Bearer ${good}`), asked))
    expect(status).toBe(401)
    expect(challenges[0]?.params).toMatchObject({
      error: 'insufficient_user_authentication',
      acr_values: 'urn:example:mfa',
      max_age: '300',
    })
  })

  test('metadata are served, and named in challenges (RFC 9728)', async () => {
    const verifier = verifierWith({ resource: protectedResource(origin) })
    expect(JSON.parse(verifier.metadata().body)).toMatchObject({ resource: origin, authorization_servers: [issuer] })
    const { challenge } = await answerTo(requestWith(), { resource: protectedResource(origin) })
    expect(challenge).toContain(`resource_metadata="${origin}/.well-known/oauth-protected-resource"`)
  })
})
