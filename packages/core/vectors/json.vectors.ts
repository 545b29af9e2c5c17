import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BearerError, createVerifier, type Verifier } from '../src/index.js'
import { type JsonText, jsonTexts } from './json-texts.js'

const issuer = 'https://as.example.com'
const audience = 'https://api.example.com'

/** Legal JSON that is refused on purpose: whoever reads it next may believe the other of the two members. */
const ambiguous = ['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json']

let verifier: Verifier
let privateKey: CryptoKey

const figures = { accepted: 0, refused: 0 }

beforeAll(async () => {
  const pair = await generateKeyPair('ES256')
  privateKey = pair.privateKey
  verifier = createVerifier({ issuer, audience, jwks: { keys: [await exportJWK(pair.publicKey)] } })
})

afterAll(() => {
  console.log(`JSON texts as header, payload and claim: ${figures.accepted} accepted, ${figures.refused} refused`)
})

test.for(jsonTexts())('$name', async (text) => {
  // As the value of a member, a text must be read as what it is.
  const expected = text.verdict === 'n' || ambiguous.includes(text.name) ? 'refused' : 'accepted'
  const asMember = [await verdict(header(text), claims()), await verdict(header(), claims(text))]
  if (text.verdict !== 'i') expect(asMember).toEqual([expected, expected])
  // As the whole header or payload no text is a token's, legal or not.
  expect([await verdict(text.bytes, claims()), await verdict(header(), text.bytes)]).toEqual(['refused', 'refused'])
})

function header(text?: JsonText): Uint8Array {
  return object({ alg: 'ES256' }, text)
}

function claims(text?: JsonText): Uint8Array {
  return object({ iss: issuer, aud: audience, exp: Math.floor(Date.now() / 1000) + 60 }, text)
}

/** An object with one more member, whose value is the text as it stands. */
function object(members: object, text: JsonText | undefined): Uint8Array {
  const json = JSON.stringify(members)
  return text === undefined
    ? Buffer.from(json)
    : Buffer.concat([Buffer.from(`${json.slice(0, -1)},"x":`), text.bytes, Buffer.from('}')])
}

async function verdict(header: Uint8Array, payload: Uint8Array): Promise<'accepted' | 'refused'> {
  const signed = [header, payload].map((bytes) => Buffer.from(bytes).toString('base64url')).join('.')
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, Buffer.from(signed))
  const seen = await verifier.verify(`${signed}.${Buffer.from(signature).toString('base64url')}`).then(
    () => 'accepted' as const,
    (error: unknown) => {
      if (error instanceof BearerError && error.code === 'invalid_token') return 'refused' as const
      throw error
    },
  )
  figures[seen]++
  return seen
}
