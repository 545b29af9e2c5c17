import { type JwkOrSet, jsonOf, keysOf, type Vector } from './vector.js'

interface Group {
  readonly comment: string
  readonly private?: JwkOrSet
  readonly public?: JwkOrSet
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    readonly jws?: unknown
    readonly jwe?: unknown
    readonly result: 'valid' | 'invalid' | 'acceptable'
  }[]
}

const expectations = { valid: 'accepted', invalid: 'refused', acceptable: 'any' } as const

/** Project Wycheproof: signatures and keys by their verdict; encryption is not spoken here, so all of it is refused. */
export function wycheproof(): readonly Vector[] {
  return ['json_web_signature', 'json_web_crypto', 'json_web_key', 'json_web_encryption'].flatMap((file) =>
    jsonOf<{ readonly testGroups: readonly Group[] }>(`wycheproof/${file}_test.json`).testGroups.flatMap((group) =>
      group.tests.map(({ tcId, comment, jws, jwe, result }) => ({
        name: `wycheproof ${file} ${group.comment} ${tcId} ${comment}`,
        token: jws ?? jwe,
        keys: keysOf(group.public ?? group.private),
        expected: jws === undefined ? 'refused' : expectations[result],
      })),
    ),
  )
}
