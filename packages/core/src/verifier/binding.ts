import type { ClientCertificates } from './certificate.js'
import type { Confirmation } from './confirmation.js'
import type { Consume, ProofChecker } from './dpop.js'
import type { Presented } from './presented.js'
import { invalidToken } from './refusal.js'

/** Checks that whoever sent a token holds the keys it is bound to. */
export interface Binding {
  /** Of a token that is bound to none. @throws Refusal where it must be */
  checkUnbound(presented: Presented): void
  /**
   * @returns what makes the proof one that was used, to be called when everything else holds.
   * @throws Refusal
   */
  prove(confirmation: Confirmation, presented: Presented, signal: AbortSignal | undefined): Promise<Consume | undefined>
}

/** The ways in which keys can be proven to this API. */
export interface BindingOptions {
  readonly dpop: ProofChecker | undefined
  readonly mtls: ClientCertificates | undefined
}

export function createBinding({ dpop, mtls }: BindingOptions): Binding {
  return {
    checkUnbound: (presented) => dpop?.checkUnbound(presented),
    prove: async ({ jkt, x5t }, presented, signal) => {
      if (jkt === undefined) dpop?.checkUnbound(presented)
      if (x5t !== undefined) {
        if (mtls === undefined)
          throw invalidToken('it is bound to a certificate (cnf.x5t#S256), and this API takes none')
        await mtls.check(x5t, presented, signal)
      }
      if (jkt === undefined) return undefined
      if (dpop === undefined) throw invalidToken('it is bound to a key (cnf.jkt), and this API takes no DPoP proofs')
      return dpop.check(jkt, presented, signal)
    },
  }
}
