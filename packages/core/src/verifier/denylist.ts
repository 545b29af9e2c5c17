import { isPromise } from '../is-promise.js'
import { type JsonObject, own, text } from '../json.js'
import { checkShapes, seconds } from '../shapes.js'
import { until } from '../until.js'
import type { VerifierEvent } from './events.js'
import { invalidToken, unavailable } from './refusal.js'
import type { IsRevoked, RevocationQuery } from './revocation.js'

/** An accepted token beside its claims as they were sent: a schema may have put others over them. */
interface Revocable {
  readonly token: Pick<RevocationQuery, 'issuer' | 'subject' | 'clientId' | 'expiresAt'>
  readonly claims: JsonObject
}

/** Asks a denylist about a token; at once where the denylist answers at once. @throws Refusal */
export type CheckRevocation = (accepted: Revocable, signal: AbortSignal | undefined) => undefined | Promise<undefined>

/** Seconds after which a caller may try again that met a denylist out of order. */
const retryAfter = 1

/** Options of {@link denylist}. */
export interface DenylistOptions {
  /** Seconds an answer may take, 60 at most. @default 2 */
  readonly timeout?: number | undefined
}

/** How revocation is checked, made by {@link denylist}. */
export interface Denylist {
  readonly connect: (context: { readonly emit: (event: VerifierEvent) => void }) => CheckRevocation
}

/**
 * Asks your denylist of tokens, sessions or people about each token at each request, remembered ones too.
 *
 * It fails closed: when `isRevoked` throws, answers no boolean, or not in time, the request is refused with a 503.
 *
 * @throws TypeError when an option is wrong or unknown.
 * @example
 * const verifier = createVerifier({
 *   issuer: 'https://as.example.com',
 *   audience: 'https://api.example.com',
 *   revocation: denylist(({ jti, sid }) => revoked.has(jti ?? '') || endedSessions.has(sid ?? '')),
 * })
 */
export function denylist(isRevoked: IsRevoked, options: DenylistOptions = {}): Denylist {
  if (typeof isRevoked !== 'function') {
    throw new TypeError('isRevoked is a function, ({ jti }) => revoked.has(jti) for instance')
  }
  checkShapes(options, { timeout: seconds(60) }, 'denylist')
  const { timeout = 2 } = options
  return Object.freeze({ connect: ({ emit }: Parameters<Denylist['connect']>[0]) => asking(isRevoked, timeout, emit) })
}

function asking(isRevoked: IsRevoked, timeout: number, emit: (event: VerifierEvent) => void): CheckRevocation {
  const fail = (issuer: string, reason: string): never => {
    emit({ type: 'revocation_unavailable', issuer, reason })
    throw unavailable(`whether it is revoked cannot be known: ${reason}`, retryAfter)
  }
  const decide = (answer: unknown, issuer: string): undefined => {
    if (answer === true) throw invalidToken('it is revoked')
    if (answer !== false) fail(issuer, 'isRevoked answered no boolean')
  }
  const settle = async (answer: Promise<unknown>, issuer: string, caller: AbortSignal | undefined) => {
    const deadline = AbortSignal.timeout(Math.ceil(timeout * 1000))
    const signal = caller === undefined ? deadline : AbortSignal.any([deadline, caller])
    const known = await until(answer, signal).catch(() => {
      caller?.throwIfAborted()
      return fail(issuer, deadline.aborted ? 'isRevoked did not answer in time' : 'isRevoked threw')
    })
    return decide(known, issuer)
  }
  return (accepted, signal) => {
    const { issuer } = accepted.token
    const asked = ask(isRevoked, accepted)
    if (asked === undefined) return fail(issuer, 'isRevoked threw')
    if (!isPromise(asked.answer)) return decide(asked.answer, issuer)
    return settle(Promise.resolve(asked.answer), issuer, signal)
  }
}

/** @returns `undefined` when it threw: what it threw may quote anything. */
function ask(isRevoked: IsRevoked, accepted: Revocable): { readonly answer: unknown } | undefined {
  try {
    return { answer: isRevoked(queryOf(accepted)) }
  } catch {
    return undefined
  }
}

function queryOf({ token, claims }: Revocable): RevocationQuery {
  const { issuer, subject, clientId, expiresAt } = token
  const issuedAt = own(claims, 'iat')
  return {
    issuer,
    subject,
    clientId,
    jti: text(own(claims, 'jti')),
    sid: text(own(claims, 'sid')),
    issuedAt: typeof issuedAt === 'number' ? issuedAt : undefined,
    expiresAt,
  }
}
