import { isJsonObject } from '../json.js'
import { endpointUrl } from '../oauth/endpoint.js'
import { sha256 } from '../sha256.js'
import { checkNames } from '../shapes.js'
import { algorithmNames, readAlgorithms } from './algorithms.js'
import type { DpopNonces } from './dpop-nonces.js'
import { type CheckedProof, checkProof } from './dpop-proof.js'
import { requestPath } from './dpop-target.js'
import { fieldOf } from './field.js'
import { inTime } from './in-time.js'
import { nonEmptyList } from './option-checks.js'
import type { Presented } from './presented.js'
import { invalidToken, Refusal, unavailable } from './refusal.js'
import { memoryReplayStore, type ReplayStore } from './replay-store.js'

/** Options of {@link dpopProofs}. */
export interface DpopProofsOptions {
  /**
   * The origin under which clients know this API, or several. Proofs name it (`htu`); the `Host` a request comes with
   * says nothing, for whoever sends the request chooses it.
   */
  readonly origin: string | readonly string[]
  /** Remembers the proofs that were used. Instances of an API share one. @default memoryReplayStore() */
  readonly replayStore?: ReplayStore | undefined
  /** Makes every proof carry a nonce of this API: `statelessNonces({ secrets })`. @default none is needed */
  readonly nonces?: DpopNonces | undefined
  /** Seconds for which a proof is good, 1 to 600; the clock tolerance is added. @default 60 */
  readonly maxAge?: number | undefined
  /** Algorithms of proofs, asymmetric ones only. @default RS256, PS256, ES256, their stronger kin, EdDSA */
  readonly algorithms?: readonly string[] | undefined
  /** Refuses tokens that are not bound to a key, and offers no Bearer in challenges. @default false */
  readonly required?: boolean | undefined
}

/** How proofs are checked, made by {@link dpopProofs}. */
export interface DpopProofs {
  readonly connect: (context: DpopContext) => ProofChecker
}

/** What a verifier lends to it. */
export interface DpopContext {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Seconds by which clocks may differ. */
  readonly tolerance: number
}

/** Makes a proof one that was used. @throws Refusal when it was before, or that cannot be known. */
export type Consume = (signal: AbortSignal | undefined) => Promise<void>

/** Checks the proofs of requests; using them up is a step of its own, so that it can be the last one. */
export interface ProofChecker {
  readonly algorithms: readonly string[]
  readonly required: boolean
  /** Whether a token that is bound to no key may be sent like this. @throws Refusal */
  checkUnbound(presented: Presented): void
  /** @throws Refusal */
  check(jkt: string, presented: Presented, signal: AbortSignal | undefined): Promise<Consume>
}

const names = ['origin', 'replayStore', 'nonces', 'maxAge', 'algorithms', 'required'] as const
const maxMaxAge = 600

/**
 * Accepts tokens that are bound to a key, each with a fresh proof of that key for the very request (RFC 9449).
 *
 * A proof is good once: it is noted as used when the token, its revocation and its binding hold, before any policy.
 *
 * @throws TypeError when an option is missing, wrong or unknown.
 * @example
 * const verifier = createVerifier({
 *   issuer: 'https://as.example.com',
 *   audience: 'https://api.example.com',
 *   dpop: dpopProofs({ origin: 'https://api.example.com' }),
 * })
 */
export function dpopProofs(options: DpopProofsOptions): DpopProofs {
  checkNames(options, names, 'dpopProofs')
  const { replayStore, nonces, maxAge = 60, required = false } = options
  const origins = nonEmptyList(options.origin, 'origin', "'https://api.example.com'").map(readOrigin)
  const algorithms = readAlgorithms(options.algorithms ?? algorithmNames)
  if (typeof maxAge !== 'number' || !(maxAge >= 1 && maxAge <= maxMaxAge)) {
    throw new TypeError(`maxAge is a number of seconds from 1 to ${maxMaxAge}, 60 for instance`)
  }
  if (typeof required !== 'boolean') throw new TypeError('required is a boolean')
  checkMethods(replayStore, ['add'], 'replayStore', 'memoryReplayStore()')
  checkMethods(nonces, ['issue', 'accepts'], 'nonces', 'statelessNonces({ secrets })')
  return Object.freeze({
    connect: ({ now, tolerance }: DpopContext) => {
      const store = replayStore ?? memoryReplayStore({ now })
      const rules = { algorithms, typ: new Set(['dpop+jwt']), untyped: false }
      return {
        algorithms: [...algorithms],
        required,
        checkUnbound: ({ scheme }: Presented) => {
          if (scheme === 'DPoP') throw invalidToken('it was sent under the DPoP scheme, yet is bound to no such key')
          if (required) throw invalidToken('it is not bound to a key (cnf.jkt), as this API requires')
        },
        check: async (jkt: string, { scheme, request, text }: Presented, signal: AbortSignal | undefined) => {
          if (scheme !== 'DPoP' || request === undefined) {
            throw invalidToken('it is bound to a key (cnf.jkt), yet was not sent under the DPoP scheme')
          }
          const path = requestPath(request)
          const { method } = request
          // Such a request is the work of an adapter, and nothing a proof could be held against.
          if (path === undefined || !method) throw invalidProof('the request names no method or no path')
          const expected = { jkt, text, method, targets: origins.map((origin) => `${origin}${path}`) }
          const window = { now: now() / 1000, maxAge, tolerance }
          const proof = await checkProof(fieldOf(request, 'dpop'), expected, rules, window)
          if (nonces !== undefined) await checkNonce(proof, nonces, signal)
          const expiresAt = proof.iat + maxAge + tolerance
          return async (leave: AbortSignal | undefined) =>
            consume({ jkt, id: await sha256(proof.jti), expiresAt }, store, leave)
        },
      }
    },
  })
}

async function checkNonce({ nonce }: CheckedProof, nonces: DpopNonces, signal: AbortSignal | undefined): Promise<void> {
  const good = nonce !== undefined && (await inTime('nonces.accepts', () => nonces.accepts(nonce), signal))
  if (good === true) return
  const next = await inTime('nonces.issue', () => nonces.issue(), signal)
  if (!isNonce(next)) throw unavailable('nonces.issue answered no nonce', 1)
  const why = nonce === undefined ? 'has no nonce' : 'has a nonce that is old or not ours'
  throw new Refusal('use_dpop_nonce', `the DPoP proof ${why}`, undefined, next)
}

function invalidProof(reason: string): Refusal {
  return new Refusal('invalid_dpop_proof', reason)
}

/** Anything else could not be sent (RFC 9449 §8.1). */
function isNonce(nonce: unknown): nonce is string {
  return typeof nonce === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/.test(nonce)
}

async function consume(
  proof: { readonly jkt: string; readonly id: string; readonly expiresAt: number },
  store: ReplayStore,
  signal: AbortSignal | undefined,
): Promise<void> {
  const verdict = await inTime('replayStore.add', () => store.add(proof), signal)
  if (verdict === 'added') return
  if (verdict === 'seen') throw invalidProof('the DPoP proof was used before')
  throw unavailable(verdict === 'full' ? 'the replay store is full' : 'replayStore.add answered no verdict', 1)
}

function readOrigin(text: string): string {
  const { href, origin } = endpointUrl(text, 'origin')
  if (href === `${origin}/`) return origin
  throw new TypeError("origin is scheme, host and port without a path, 'https://api.example.com' for instance")
}

function checkMethods(value: unknown, methods: readonly string[], name: string, example: string): void {
  if (value === undefined) return
  const whole = isJsonObject(value) && methods.every((method) => typeof value[method] === 'function')
  if (!whole) throw new TypeError(`${name} has ${methods.join(' and ')}: ${example} for instance`)
}
