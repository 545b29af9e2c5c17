import {
  type Answer,
  accepted,
  dpopAlongside,
  insufficientScope,
  invalidBoundToken,
  invalidProof,
  invalidToken,
  noToken,
  underDpop,
} from './answers.js'
import type { Route } from './cases.js'
import type { Prove } from './proofs.js'

/** What a case of a bound token is made of. */
export interface BoundRequest {
  /** A JWT that grants `accounts:read`, bound to the key of `prove`. */
  readonly bound: string
  /** The same, bound to no key. */
  readonly plain: string
  /** Makes a proof for `bound` and this very request, with claims put over its own. */
  readonly prove: Prove
  /** The same by a key that no token is bound to. */
  readonly proveByAnother: Prove
  /** Where the request goes, which is not the API's public origin. */
  readonly target: URL
}

type Fields = readonly (readonly [name: string, value: string])[]

/** One request of an API that takes DPoP proofs, and the answer it must get (RFC 9449). */
export interface DpopCase {
  readonly name: string
  readonly route: Route
  readonly headers: (request: BoundRequest) => Promise<Fields>
  /** Sends the very same request before, which must be let in. */
  readonly again?: boolean | undefined
  readonly answer: Answer
}

type Headers = DpopCase['headers']

const proven =
  (claims: Readonly<Record<string, unknown>> = {}, scheme = 'DPoP'): Headers =>
  async ({ bound, prove }) => [
    ['authorization', `${scheme} ${bound}`],
    ['dpop', await prove(claims)],
  ]

/** Every case of an API that takes DPoP proofs beside plain bearer tokens. */
export const dpopCases: readonly DpopCase[] = [
  { name: 'DPoP: a good proof', route: 'read', headers: proven(), answer: accepted },
  { name: 'DPoP: the scheme in lower case', route: 'read', headers: proven({}, 'dpop'), answer: accepted },
  {
    name: 'DPoP: a plain bearer token',
    route: 'read',
    headers: async ({ plain }) => [['authorization', `Bearer ${plain}`]],
    answer: accepted,
  },
  { name: 'DPoP: no token', route: 'read', headers: async () => [], answer: dpopAlongside(noToken) },
  {
    name: 'DPoP: no proof',
    route: 'read',
    headers: async ({ bound }) => [['authorization', `DPoP ${bound}`]],
    answer: invalidProof,
  },
  {
    name: 'DPoP: two proofs in two fields',
    route: 'read',
    headers: async ({ bound, prove }) => [
      ['authorization', `DPoP ${bound}`],
      ['dpop', await prove()],
      ['dpop', await prove()],
    ],
    answer: invalidProof,
  },
  {
    name: 'DPoP: two proofs in one field',
    route: 'read',
    headers: async ({ bound, prove }) => [
      ['authorization', `DPoP ${bound}`],
      ['dpop', `${await prove()}, ${await prove()}`],
    ],
    answer: invalidProof,
  },
  { name: 'DPoP: a proof that was used', route: 'read', headers: proven(), again: true, answer: invalidProof },
  {
    name: 'DPoP: a proof by another key',
    route: 'read',
    headers: async ({ bound, proveByAnother }) => [
      ['authorization', `DPoP ${bound}`],
      ['dpop', await proveByAnother()],
    ],
    answer: invalidProof,
  },
  { name: 'DPoP: a proof for another method', route: 'read', headers: proven({ htm: 'DELETE' }), answer: invalidProof },
  {
    name: 'DPoP: a proof for another path',
    route: 'read',
    headers: proven({ htu: 'https://api.example.test/' }),
    answer: invalidProof,
  },
  {
    name: 'DPoP: a proof for the host the request names',
    route: 'read',
    headers: async ({ bound, prove, target }) => [
      ['authorization', `DPoP ${bound}`],
      ['dpop', await prove({ htu: `${target.origin}${target.pathname}` })],
      ['x-forwarded-host', target.host],
    ],
    answer: invalidProof,
  },
  { name: 'DPoP: a proof for another token', route: 'read', headers: proven({ ath: 'x' }), answer: invalidProof },
  { name: 'DPoP: a proof an hour old', route: 'read', headers: proven({ iat: 1 }), answer: invalidProof },
  {
    name: 'DPoP: a bound token as a bearer token',
    route: 'read',
    headers: async ({ bound, prove }) => [
      ['authorization', `Bearer ${bound}`],
      ['dpop', await prove()],
    ],
    answer: dpopAlongside(invalidToken),
  },
  {
    name: 'DPoP: a token that is bound to no key',
    route: 'read',
    headers: async ({ plain, prove }) => [
      ['authorization', `DPoP ${plain}`],
      ['dpop', await prove()],
    ],
    answer: invalidBoundToken,
  },
  {
    name: 'DPoP: a missing scope',
    route: 'write',
    headers: proven(),
    answer: underDpop(insufficientScope('accounts:write')),
  },
]
