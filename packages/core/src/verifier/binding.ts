import type { ClientCertificate, ClientCertificates } from './certificate.js'
import type { Confirmation } from './confirmation.js'
import type { Consume, ProofChecker } from './dpop.js'
import type { Credentials } from './header.js'
import { invalidToken } from './refusal.js'
import type { RequestLike } from './request.js'

/** A token as it was sent, with what came beside it that may prove a key. */
export interface Presented extends Credentials {
  /** Unset where a token is verified by itself. */
  readonly request?: RequestLike | undefined
  /** The certificate of the connection, as the server handed it in. */
  readonly certificate?: ClientCertificate | undefined
}

/**
 * Checks that whoever sent a token holds the keys it is bound to; at once for a token that is bound to none.
 *
 * @returns what makes the proof one that was used, to be called when everything else holds.
 * @throws Refusal
 */
export type CheckBinding = (
  confirmation: Confirmation | undefined,
  presented: Presented,
  signal: AbortSignal | undefined,
) => undefined | Promise<Consume | undefined>

/** The ways in which keys can be proven to this API. */
export interface BindingOptions {
  readonly dpop: ProofChecker | undefined
  readonly mtls: ClientCertificates | undefined
}

export function createBinding({ dpop, mtls }: BindingOptions): CheckBinding {
  const prove = async (
    { jkt, x5t }: Confirmation,
    presented: Presented,
    signal: AbortSignal | undefined,
  ): Promise<Consume | undefined> => {
    const { request, text } = presented
    if (x5t !== undefined) {
      if (mtls === undefined) throw invalidToken('it is bound to a certificate (cnf.x5t#S256), and this API takes none')
      await mtls.check(x5t, presented, signal)
    }
    if (jkt === undefined) return undefined
    if (dpop === undefined) throw invalidToken('it is bound to a key (cnf.jkt), and this API takes no DPoP proofs')
    if (presented.scheme !== 'DPoP' || request === undefined) {
      throw invalidToken('it is bound to a key (cnf.jkt), yet was not sent under the DPoP scheme')
    }
    return dpop.check({ request, text, jkt }, signal)
  }

  return (confirmation, presented, signal) => {
    if (confirmation?.jkt === undefined) {
      if (presented.scheme === 'DPoP')
        throw invalidToken('it was sent under the DPoP scheme, yet is bound to no such key')
      if (dpop?.required === true) throw invalidToken('it is not bound to a key (cnf.jkt), as this API requires')
    }
    return confirmation === undefined ? undefined : prove(confirmation, presented, signal)
  }
}
