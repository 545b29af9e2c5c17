import type { ClientCertificates } from './certificate.js'
import type { Confirmation } from './confirmation.js'
import type { Consume, ProofChecker } from './dpop.js'
import type { Presented } from './presented.js'
import { invalidToken } from './refusal.js'

/** The ways in which keys can be proven to this API. */
export interface BindingOptions {
  readonly dpop: ProofChecker | undefined
  readonly mtls: ClientCertificates | undefined
}

/**
 * Checks that whoever sent a token holds the keys it is bound to.
 *
 * @returns what makes the proof one that was used, to be called when everything else holds.
 * @throws Refusal
 */
export async function prove(
  { jkt, x5t }: Confirmation,
  presented: Presented,
  { dpop, mtls }: BindingOptions,
  signal: AbortSignal | undefined,
): Promise<Consume | undefined> {
  if (x5t !== undefined) {
    if (mtls === undefined) throw invalidToken('it is bound to a certificate (cnf.x5t#S256), and this API takes none')
    await mtls.check(x5t, presented, signal)
  }
  if (jkt === undefined) return undefined
  if (dpop === undefined) throw invalidToken('it is bound to a key (cnf.jkt), and this API takes no DPoP proofs')
  return dpop.check(jkt, presented, signal)
}
