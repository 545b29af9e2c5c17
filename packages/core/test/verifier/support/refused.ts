import { BearerError } from '../../../src/errors.js'

/** The refusal a verification ended in; whatever else happened fails the test. */
export async function refusalOf(verification: Promise<unknown>): Promise<BearerError> {
  const outcome = await verification.then(
    () => 'it was accepted',
    (error: unknown) => error,
  )
  if (outcome instanceof BearerError) return outcome
  throw new Error('expected a BearerError', { cause: outcome })
}

/** `'accepted'`, or the code of the refusal. */
export async function verdictOf(verification: Promise<unknown>): Promise<string> {
  return verification.then(
    () => 'accepted',
    (error: unknown) => (error instanceof BearerError ? error.code : `not a BearerError: ${String(error)}`),
  )
}
