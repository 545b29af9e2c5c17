/**
 * What every error of the toolkit that a caller can meet at call time is an instance of. Tell errors apart by `code`.
 *
 * A wrong configuration is a `TypeError` instead, thrown once, where it is created.
 */
export abstract class AuthError extends Error {
  /** A stable, machine-readable name of what went wrong. */
  abstract readonly code: string
}
