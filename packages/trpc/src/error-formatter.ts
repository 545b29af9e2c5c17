import type { TRPCDefaultErrorData, TRPCDefaultErrorShape, TRPCError, TRPCErrorShape } from '@trpc/server'
import { type RefusalData, refusalOf, refusalShape } from './refusal.js'

/** The shape of any error of a router, refusals included. */
export type AuthErrorShape = TRPCErrorShape<TRPCDefaultErrorData & Partial<RefusalData>>

/** What an `errorFormatter` is given, as far as it is used here. */
export interface FormatterOptions {
  readonly error: TRPCError
  readonly path?: string | undefined
  readonly shape: TRPCDefaultErrorShape
}

/**
 * An `errorFormatter` that tells clients of `error.data.auth`. Protected procedures bring it along at run time; on the
 * router it is what types it: `initTRPC.create({ errorFormatter: authErrorFormatter })`.
 *
 * Refusals are formatted, everything else stays tRPC's. For a formatter of your own, start from what this one returns.
 */
export function authErrorFormatter({ error, path, shape }: FormatterOptions): AuthErrorShape {
  const refusal = refusalOf(error)
  return refusal === undefined ? shape : refusalShape(refusal, path)
}
