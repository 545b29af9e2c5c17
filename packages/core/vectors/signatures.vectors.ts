import { afterAll, expect, test } from 'vitest'
import type { Jwk } from '../src/index.js'
import { algorithmNames } from '../src/verifier/algorithms.js'
import { parseJws } from '../src/verifier/jws.js'
import { findSigner } from '../src/verifier/jwt.js'
import { type KeySource, staticKeys } from '../src/verifier/key-source.js'
import { Refusal } from '../src/verifier/refusal.js'
import { commonScope } from '../src/verifier/request-scope.js'
import { cookbook, latchset } from './examples.js'
import type { Vector } from './vector.js'
import { wycheproof } from './wycheproof.js'

/** Valid by their RFC and refused here on purpose, by what their names have in common. */
const stricter: readonly { readonly name: RegExp; readonly why: string }[] = [
  { name: /rfc7520\w* \d+ Figure(20|27)$/, why: 'the key names another alg than the header (RFC 7517 §4.4)' },
]

const figures = { accepted: 0, refused: 0, stricter: 0 }

afterAll(() => {
  const { accepted, refused, stricter } = figures
  console.log(`signatures: ${accepted} accepted, ${refused} refused, ${stricter} of them valid and refused on purpose`)
})

test.for([...wycheproof(), ...cookbook(), ...latchset()])('$name', async (vector) => {
  const seen = await verdict(vector)
  figures[seen]++
  if (vector.expected === 'accepted' && seen === 'refused') {
    expect(reason(vector)).toBeTypeOf('string')
    figures.stricter++
  } else if (vector.expected !== 'any') expect(seen).toBe(vector.expected)
})

const caller = { scope: commonScope(), signal: undefined }

/** The steps of `verify()` up to the signature; the claims of a vector are seldom any. */
async function verdict({ token, keys }: Vector): Promise<'accepted' | 'refused'> {
  const rules = { algorithms: new Set(algorithmNames), typ: new Set(['jwt', 'at+jwt']), untyped: true }
  const source = keysFor(keys)
  if (source === undefined) return 'refused'
  try {
    await findSigner(parseJws(textOf(token)), rules, source, caller)
    return 'accepted'
  } catch (error) {
    if (error instanceof Refusal) return 'refused'
    throw error
  }
}

/** A set without a usable key is refused where it is configured. */
function keysFor(keys: readonly Jwk[]): KeySource | undefined {
  try {
    return staticKeys({ keys })('')
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** What is no string was a JSON serialisation; its text is what a header field could hold. */
function textOf(token: unknown): string {
  return typeof token === 'string' ? token : JSON.stringify(token)
}

function reason({ name, token }: Vector): string | undefined {
  const alg = algorithmOf(token)
  if (alg !== undefined && !algorithmNames.includes(alg)) return `${alg} is not asymmetric`
  return stricter.find((each) => each.name.test(name))?.why
}

function algorithmOf(token: unknown): string | undefined {
  const [header = ''] = String(token).split('.')
  const text = Buffer.from(header, 'base64url').toString()
  return /"alg"\s*:\s*"([^"]*)"/.exec(text)?.[1]
}
