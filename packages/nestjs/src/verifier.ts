import { createVerifier, type Verifier, type VerifierOptions } from '@auth/core'
import { Inject } from '@nestjs/common'

/** The injection token of the verifier that the guards use: `@Inject(AUTH_VERIFIER) verifier: Verifier`. */
export const AUTH_VERIFIER: unique symbol = Symbol('AUTH_VERIFIER')

/** The injection token of the verifier with this name, or of the one without. */
export function getVerifierToken(name?: string): string | symbol {
  return name === undefined ? AUTH_VERIFIER : `${namedPrefix}${name}`
}

export function isVerifierToken(token: unknown): boolean {
  return token === AUTH_VERIFIER || (typeof token === 'string' && token.startsWith(namedPrefix))
}

const namedPrefix = 'AUTH_VERIFIER:'

/**
 * Injects the verifier with this name, or the one without.
 *
 * @example constructor(@InjectVerifier('partners') verifier: Verifier) {}
 */
export function InjectVerifier(name?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getVerifierToken(name))
}

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

/** @throws TypeError for what cannot be the name of a verifier. */
export function checkName(name: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new TypeError("a verifier's name is a text: 'partners' for instance")
}
