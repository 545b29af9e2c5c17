import { createPrivateKey, sign } from 'node:crypto'
import { importJWK } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { algorithmNames, signatureAlgorithm } from '../../../src/verifier/algorithms.js'
import { checksOn } from '../../../src/verifier/signature.node.js'
import { prepareCheck as prepareElsewhere } from '../../../src/verifier/signature.web.js'
import { createSigner } from '../support/tokens.js'
import { randomFrom } from './random.js'
import { damages, respelt } from './signatures.js'

/**
 * Node's own way to check signatures has the verdict of the one for every platform. `pnpm test:differential` tries a
 * hundred thousand.
 */
const mutations = Number(process.env.MUTATIONS ?? 5000)

const figures = { accepted: 0, refused: 0 }

afterAll(() => {
  console.log(`${mutations} damaged signatures: ${figures.accepted} accepted, ${figures.refused} refused`)
})

const signed = 'eyJhbGciOiJub25lIn0.e30'
const signedBytes = new TextEncoder().encode(signed)

async function setUp(alg: string) {
  const { jwk, privateJwk } = await createSigner(alg)
  const [key, privateKey] = await Promise.all([keyOf({ ...jwk, ext: true }, alg), keyOf(privateJwk, alg)])
  const params = signatureAlgorithm(alg)?.params
  if (params === undefined) throw new Error(`${alg} is unknown`)
  const onNode = checksOn(2)(alg, key)
  const onOneCore = checksOn(1)(alg, key)
  const elsewhere = prepareElsewhere(alg, key)
  const signBy = async (how: AlgorithmIdentifier | RsaPssParams, by = privateKey) =>
    new Uint8Array(await crypto.subtle.sign(how, by, signedBytes))
  return {
    privateJwk,
    signBy,
    good: await signBy(params),
    /** The one verdict, of a signature that comes by itself and of many at once, which are shared out. */
    verdict: async (signature: Uint8Array<ArrayBuffer>, data = signed): Promise<boolean> => {
      const alone = await onNode(signature, data)
      const many = await Promise.all(Array.from({ length: 24 }, () => onNode(signature, data)))
      expect([alone, hex(signature)]).toEqual([await elsewhere(signature, data), hex(signature)])
      expect([onOneCore(signature, data), hex(signature)]).toEqual([alone, hex(signature)])
      expect(new Set(many)).toEqual(new Set([alone]))
      figures[alone ? 'accepted' : 'refused']++
      return alone
    },
    same: async (name: string, signature: Uint8Array<ArrayBuffer>): Promise<void> => {
      const [ours, theirs] = await Promise.all([onNode(signature, signed), elsewhere(signature, signed)])
      expect([ours, name, hex(signature)]).toEqual([theirs, name, hex(signature)])
      figures[ours ? 'accepted' : 'refused']++
    },
  }
}

async function keyOf(jwk: object, alg: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, alg)
  if (key instanceof Uint8Array) throw new Error('expected a key')
  return key
}

function hex(signature: Uint8Array): string {
  return Buffer.from(signature).toString('hex')
}

test.for(algorithmNames)('%s: a damaged signature has one verdict', { timeout: 600_000 }, async (alg) => {
  const { good, same } = await setUp(alg)
  const random = randomFrom(20_261_122 + algorithmNames.indexOf(alg))
  // One at a time: from two on, Node lets other threads do it, in the other way.
  for (let done = 0; done < mutations / algorithmNames.length; done++) {
    const [name, damage] = random.pick(Object.entries(damages))
    await same(name, damage(good, random))
  }
})

test.for(algorithmNames)('%s: one verdict alone and among many', async (alg) => {
  const { good, verdict } = await setUp(alg)
  expect(await verdict(good)).toBe(true)
  expect(await verdict(good, `${signed} `)).toBe(false)
  expect(await verdict(new Uint8Array(good.length))).toBe(false)
  expect(await verdict(new Uint8Array())).toBe(false)
  expect(await verdict(good.slice(0, -1))).toBe(false)
  for (const other of respelt(alg, good)) await verdict(other)
})

test('the sum of a number and its order is no second spelling', async () => {
  const { good, verdict } = await setUp('EdDSA')
  expect(await Promise.all(respelt('EdDSA', good).map((each) => verdict(each)))).toEqual([false, false, false])
})

test.for(['ES256', 'ES384', 'ES512'])('%s: a signature in DER is none', async (alg) => {
  const { privateJwk, verdict } = await setUp(alg)
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' })
  expect(await verdict(Uint8Array.from(sign(`sha${alg.slice(2)}`, signedBytes, key)))).toBe(false)
})

test.for(['PS256', 'PS384', 'PS512'])('%s: the salt is as long as the hash, the padding PSS', async (alg) => {
  const { privateJwk, signBy, verdict } = await setUp(alg)
  const right = Number(alg.slice(2)) / 8
  for (const saltLength of [0, 20, 32, 48, 64, 100]) {
    expect([saltLength, await verdict(await signBy({ name: 'RSA-PSS', saltLength }))]).toEqual([
      saltLength,
      saltLength === right,
    ])
  }
  const { alg: _, ...material } = privateJwk
  const other = await keyOf(material, alg.replace('PS', 'RS'))
  expect(await verdict(await signBy({ name: 'RSASSA-PKCS1-v1_5' }, other))).toBe(false)
})

test.for(['RS256', 'RS384', 'RS512'])('%s: the hash is that of its name', async (alg) => {
  const { privateJwk, signBy, verdict } = await setUp(alg)
  const { alg: _, ...material } = privateJwk
  for (const name of ['RS256', 'RS384', 'RS512']) {
    const signature = await signBy({ name: 'RSASSA-PKCS1-v1_5' }, await keyOf(material, name))
    expect([name, await verdict(signature)]).toEqual([name, name === alg])
  }
})
