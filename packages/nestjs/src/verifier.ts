import { createVerifier, type Verifier, type VerifierOptions } from '@auth/core'

/** The injection token of the verifier that the guards use: `@Inject(AUTH_VERIFIER) verifier: Verifier`. */
export const AUTH_VERIFIER: unique symbol = Symbol('AUTH_VERIFIER')

/** A verifier, or the options to make one. */
export type VerifierSource<S extends string = string, C extends object = object> =
  | Verifier<S, C>
  | VerifierOptions<S, C>

/** @throws TypeError for what is neither, and for wrong options. */
export function toVerifier<S extends string, C extends object>(source: VerifierSource<S, C> | null): Verifier<S, C> {
  if (typeof source !== 'object' || source === null) {
    throw new TypeError("expected a verifier or its options: { issuer: 'https://as.example.com', audience: … }")
  }
  return 'authenticate' in source ? source : createVerifier(source)
}
