import { Lru } from '../cache/lru.js'
import { TokenRequestError } from '../errors.js'
import { type ProofKey, type ProofKeyPair, proofKey } from '../oauth/proof-key.js'
import type { AssertionAlgorithm } from '../oauth/signing-key.js'
import { discard } from '../oauth/transport.js'
import { asksFor } from './challenge-errors.js'

/** Options of {@link dpop}. */
export interface DpopOptions {
  /**
   * The key pair: a private JWK, or `{ privateKey, publicKey }`. Give one where tokens outlive the process: in a shared
   * store, or with a refresh token that is kept. @default a new one for ES256, which nobody can export
   */
  readonly key?: ProofKeyPair | undefined
  /** The algorithm of the proofs. @default what the key says */
  readonly alg?: AssertionAlgorithm | undefined
  /**
   * Takes a token that the server did not bind to the key, and sends it as a Bearer token. Otherwise such an answer
   * fails with `invalid_response`. @default false
   */
  readonly allowBearer?: boolean | undefined
}

/** Proves that a client holds the key its tokens are bound to; made by {@link dpop}. */
export interface Dpop {
  /** The SHA-256 thumbprint of the key (RFC 7638). */
  readonly thumbprint: () => Promise<string>
  /** Makes a proof for one request. */
  readonly prove: (request: ProvenRequest) => Promise<string>
  /** Looks at the type of a token that was asked for. @throws TokenRequestError for one that may not be used */
  readonly accept: (tokenType: string) => void
  /** Sends a token request, and once more where its server wants a nonce that it names only now (RFC 9449 §8). */
  readonly ask: <T>(endpoint: URL, send: (nonce: NextNonce) => Promise<T>) => Promise<T>
  /** Sends a request to an API, and once more where that wants a nonce that it names only now (RFC 9449 §9). */
  readonly send: (call: ProvenCall, send: (nonce?: string) => Promise<Response>) => Promise<Response>
  /**
   * Keeps the nonce that an answer, or somebody else's, brings (RFC 9449 §8.2).
   *
   * @returns it; `undefined` for what is none, which is left alone.
   */
  readonly learn: (url: URL, nonce: string | null | undefined) => string | undefined
}

/** The nonce for the next proof of one token request, whatever the answers to others bring meanwhile. */
export interface NextNonce {
  next: string | undefined
}

/** A request to an API. */
export interface ProvenCall {
  readonly url: URL
  /** Whether its body can be sent once more. */
  readonly replayable: boolean
}

/** A request that is to be proven. */
export interface ProvenRequest {
  readonly method: string
  readonly url: URL
  /** The token it carries; unset where it asks for one. */
  readonly accessToken?: string | undefined
  /** @default the last one of the server at this URL */
  readonly nonce?: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Servers whose nonces are kept. */
const maxOrigins = 1000

/** RFC 9449 §8.1, and no longer than anybody needs. */
const usable = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/

/**
 * Binds the tokens of a client to a key that it proves to hold with each request (DPoP, RFC 9449): who steals such a
 * token can do nothing with it.
 *
 * Each request, redirects and retries included, carries a proof of its own. A nonce that a server wants is remembered by
 * origin; where one was missing or too old, the request is sent once more if its body can be.
 *
 * @throws TypeError when `key` is no key pair, or nothing says its algorithm.
 * @example createTokenClient({ issuer: 'https://as.example.com', clientId: 'my-api', clientSecret, dpop: dpop() })
 */
export function dpop(options: DpopOptions = {}): Dpop {
  const { key, alg, allowBearer = false } = options
  const source = proofKey(key, alg)
  const nonces = new Lru<string, string>(maxOrigins)
  const learn: Dpop['learn'] = ({ origin }, value) => {
    if (typeof value !== 'string' || !usable.test(value)) return undefined
    nonces.set(origin, value)
    return value
  }
  return {
    thumbprint: async () => (await ready(source)).thumbprint,
    prove: async ({ accessToken, nonce, ...request }) => {
      const { sign } = await ready(source)
      return await sign({ ...request, accessToken, nonce: nonce ?? nonces.get(request.url.origin) })
    },
    accept: (tokenType) => {
      // A token that anybody can use is not what was asked for (RFC 9449 §5).
      if (tokenType !== 'DPoP' && !allowBearer) throw unbound()
    },
    learn,
    ask: async ({ origin }, send) => {
      const before = nonces.get(origin)
      const nonce = { next: before }
      try {
        return await send(nonce)
      } catch (error) {
        const wanted = error instanceof TokenRequestError && error.code === 'use_dpop_nonce'
        if (!wanted || nonce.next === before) throw error
        // The server has looked at nothing else by then: what works once, works still.
        return await send(nonce)
      }
    },
    send: async ({ url, replayable }, send) => {
      const nonce = nonces.get(url.origin)
      const response = await send(nonce)
      const named = learn(url, response.headers.get('dpop-nonce'))
      const wanted = asksFor(response, 'use_dpop_nonce') && named !== undefined && named !== nonce
      if (!wanted || !replayable) return response
      await discard(response)
      // This one, as others that are on their way may bring more.
      const second = await send(named)
      learn(url, second.headers.get('dpop-nonce'))
      return second
    },
  }
}

async function ready(source: () => Promise<ProofKey>): Promise<ProofKey> {
  try {
    return await source()
  } catch {
    // What a platform reports of a key may quote it.
    throw new TokenRequestError({
      code: 'invalid_dpop_proof',
      message: 'The key of the DPoP proofs cannot be used: it is malformed, or not for its alg',
    })
  }
}

function unbound(): TokenRequestError {
  return new TokenRequestError({
    code: 'invalid_response',
    message:
      'The token that came is bound to no key (its token_type is not DPoP); dpop({ allowBearer: true }) takes it',
  })
}
