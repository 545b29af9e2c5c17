import { createVerifier, type Verifier, type VerifierOptions, verifierFromEnv } from '@auth/core'

/** A verifier, or the options to make one. */
export type VerifierSource<S extends string, C extends object> = Verifier<S, C> | VerifierOptions<S, C>

/**
 * The verifier to ask. Without a source it is that of the environment, made when it is first asked for.
 *
 * @throws TypeError for wrong options, or later for a wrong environment.
 */
export function resolver<S extends string, C extends object>(
  source: VerifierSource<S, C> | undefined,
): () => Verifier<S, C>
// The environment names neither scopes nor claims: there S and C are what they are by default.
export function resolver<S extends string, C extends object>(
  source: VerifierSource<S, C> | undefined,
): () => Verifier<S, C> | Verifier {
  if (source !== undefined) {
    const verifier = toVerifier(source)
    return () => verifier
  }
  let ofEnvironment: Verifier | undefined
  return () => {
    ofEnvironment ??= verifierFromEnv()
    return ofEnvironment
  }
}

function toVerifier<S extends string, C extends object>(source: VerifierSource<S, C>): Verifier<S, C> {
  if (typeof source !== 'object' || source === null) {
    throw new TypeError("expected a verifier or its options: { issuer: 'https://as.example.com', audience: … }")
  }
  return 'authenticate' in source ? source : createVerifier(source)
}
