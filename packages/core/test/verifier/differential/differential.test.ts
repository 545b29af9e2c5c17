import { createLocalJWKSet, importJWK, jwtVerify } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { algorithmNames, signatureAlgorithm } from '../../../src/verifier/algorithms.js'
import { createVerifier } from '../../../src/verifier/verifier.js'
import { refusalOf, verdictOf } from '../support/refused.js'
import {
  audience,
  base64url,
  claimsWith,
  clockAt,
  createSigner,
  epoch,
  issuer,
  type Signer,
} from '../support/tokens.js'
import { afterSigning } from './after-signing.js'
import { beforeSigning } from './before-signing.js'
import { type Random, randomFrom } from './random.js'
import { stricterRules } from './stricter.js'

/**
 * Mutated tokens get the verdict of jose's `jwtVerify`, except where a named rule is stricter. `pnpm test:differential`
 * tries a hundred thousand of them.
 */
const mutations = Number(process.env.MUTATIONS ?? 10_000)
/** How many are verified at once: WebCrypto has threads. */
const atOnce = 50

const figures = { accepted: 0, refused: 0, stricter: new Map<string, number>() }

afterAll(() => {
  const { accepted, refused, stricter } = figures
  const lines = [...stricter].map(([name, count]) => `  ${count} by a stricter rule: ${name}`)
  console.log([`${mutations} mutated tokens: ${accepted} accepted, ${refused} refused,`, ...lines].join('\n'))
})

const algorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const

test.for(algorithms)('%s: every mutated token has the verdict of jose', { timeout: 600_000 }, async (alg) => {
  const signer = await createSigner(alg)
  const compare = await comparison(signer)
  const random = randomFrom(20_261_121 + algorithms.indexOf(alg))
  const make = await maker(signer)
  for (let done = 0; done < mutations / algorithms.length; done += atOnce) {
    const tokens = await Promise.all(Array.from({ length: atOnce }, () => make(random)))
    await Promise.all(tokens.map(compare))
  }
})

test('each kind of mutation and each stricter rule was met', () => {
  expect(figures.accepted).toBeGreaterThan(mutations / 50)
  expect(figures.refused).toBeGreaterThan(mutations / 2)
  expect(new Set(figures.stricter.keys())).toEqual(new Set(stricterRules.map(({ name }) => name)))
})

interface Mutated {
  readonly token: string
  readonly kind: string
}

/** Makes tokens that are changed before they are signed, after, or both. */
async function maker(signer: Signer): Promise<(random: Random) => Promise<Mutated>> {
  const key = await importJWK(signer.privateJwk, signer.alg)
  const algorithm = signatureAlgorithm(signer.alg)
  if (key instanceof Uint8Array || algorithm === undefined) throw new Error('expected a private key')
  const sign = async (header: string, payload: string): Promise<string> => {
    const signed = `${base64url(header)}.${base64url(payload)}`
    const signature = await crypto.subtle.sign(algorithm.params, key, new TextEncoder().encode(signed))
    return `${signed}.${base64url(new Uint8Array(signature))}`
  }
  const texts = {
    header: JSON.stringify({ alg: signer.alg, kid: signer.kid, typ: 'at+jwt' }),
    payload: JSON.stringify(claimsWith({ jti: 'id-1', nbf: epoch, client_id: 'c', nested: { list: [1, 'a'] } })),
  }
  const good = await sign(texts.header, texts.payload)
  return async (random) => {
    const [before, change] = random.pick(Object.entries(beforeSigning))
    const [after, damage] = random.pick(Object.entries(afterSigning))
    if (random.below(2) === 0) return { token: damage(good, random), kind: after }
    const { header, payload } = change(texts, random)
    return { token: await sign(header, payload), kind: before }
  }
}

async function comparison(signer: Signer): Promise<(mutated: Mutated) => Promise<void>> {
  const jwks = { keys: [signer.jwk] }
  const at = { issuer, audience, algorithms: algorithmNames, jwks, clockTolerance: 0, now: clockAt() }
  const verifier = createVerifier({ ...at, verifiedTokenCache: false })
  const remembering = createVerifier(at)
  await remembering.verify(await signer.sign())
  const keys = createLocalJWKSet(jwks)
  const options = {
    issuer,
    audience,
    algorithms: [...algorithmNames],
    requiredClaims: ['exp'],
    currentDate: new Date(epoch * 1000),
  }
  return async ({ token, kind }) => {
    const [ours, remembered, theirs] = await Promise.all([
      verdictOf(verifier.verify(token)),
      verdictOf(remembering.verify(token)),
      jwtVerify(token, keys, options).then(
        () => 'accepted',
        () => 'invalid_token',
      ),
    ])
    figures[ours === 'accepted' ? 'accepted' : 'refused']++
    expect([remembered, kind, token]).toEqual([ours, kind, token])
    if (ours === theirs) return
    expect([ours, theirs, kind, token]).toEqual(['invalid_token', 'accepted', kind, token])
    const { reason } = await refusalOf(verifier.verify(token))
    const rule = stricterRules.find((each) => each.reason.test(reason) && each.applies(token))
    if (rule === undefined) throw new Error(`no rule explains '${reason}' (${kind}): ${token}`)
    figures.stricter.set(rule.name, (figures.stricter.get(rule.name) ?? 0) + 1)
  }
}
