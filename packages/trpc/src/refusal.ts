import { BearerError } from '@auth/core'
import { type TRPC_ERROR_CODE_KEY, type TRPCDefaultErrorData, TRPCError, type TRPCErrorShape } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'

/** The core's body of a refusal, member for member: `JSON.stringify` makes the same bytes of it. */
export interface RefusalBody {
  /** The error code of RFC 6750 §3.1, `'insufficient_scope'` for instance; not there when no token was sent. */
  readonly error?: string
  readonly error_description?: string
  /** There when no token was sent. */
  readonly message?: string
}

/** What a refusal adds to the data of a tRPC error: what an HTTP answer of its own would hold. */
export interface RefusalData {
  readonly auth: RefusalBody
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string
  /** The value of `DPoP-Nonce`. */
  readonly dpopNonce?: string
  /** The value of `Retry-After`, in seconds. */
  readonly retryAfter?: number
}

/** The shape of a refusal, as clients get it. Never a stack, in development neither. */
export type RefusalShape = TRPCErrorShape<Omit<TRPCDefaultErrorData, 'stack'> & RefusalData>

/** tRPC has names for exactly the statuses a refusal can have. */
const codes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<BearerError['status'], TRPC_ERROR_CODE_KEY>

/** What tRPC is to be told of a refusal. The reason, which is for logs, stays in the cause. */
export function toTRPCError(refusal: BearerError): TRPCError {
  return new TRPCError({ code: codes[refusal.status], message: publicMessage(bodyOf(refusal)), cause: refusal })
}

/** The refusal behind an error of tRPC, also one that a resolver threw itself. */
export function refusalOf(error: TRPCError): BearerError | undefined {
  return error.cause instanceof BearerError ? error.cause : undefined
}

/** The shape of a refusal, made from nothing but the core's answer. */
export function refusalShape(refusal: BearerError, path: string | undefined): RefusalShape {
  const auth = bodyOf(refusal)
  const challenge = headerOf(refusal, 'www-authenticate')
  return {
    message: publicMessage(auth),
    code: TRPC_ERROR_CODES_BY_KEY[codes[refusal.status]],
    data: {
      code: codes[refusal.status],
      httpStatus: refusal.status,
      ...(path === undefined ? {} : { path }),
      auth,
      ...(challenge === undefined ? {} : { challenge }),
      ...(refusal.dpopNonce === undefined ? {} : { dpopNonce: refusal.dpopNonce }),
      ...(refusal.retryAfter === undefined ? {} : { retryAfter: refusal.retryAfter }),
    },
  }
}

/** As `.errors()` of a procedure takes it: everything but refusals is left to the formatters before it. */
export function formatRefusal({
  error,
  path,
}: {
  error: TRPCError
  path: string | undefined
}): RefusalShape | undefined {
  const refusal = refusalOf(error)
  return refusal === undefined ? undefined : refusalShape(refusal, path)
}

/** Runs the rest of a procedure, and says of refusals what they are; tRPC takes a `BearerError` for a failure of ours. */
export async function refusing<R extends object>(proceed: () => Promise<R>): Promise<R> {
  try {
    const result = await proceed()
    if (!('error' in result && result.error instanceof TRPCError)) return result
    const refusal = refusalOf(result.error)
    const isSaid = refusal === undefined || result.error.code === codes[refusal.status]
    return isSaid ? result : { ...result, error: toTRPCError(refusal) }
  } catch (error) {
    throw error instanceof BearerError ? toTRPCError(error) : error
  }
}

/** A field of the core's answer. */
export function headerOf({ answer }: BearerError, name: string): string | undefined {
  return answer.headers.find(([each]) => each === name)?.[1]
}

function bodyOf({ answer }: BearerError): RefusalBody {
  return JSON.parse(answer.body)
}

function publicMessage({ error_description, message }: RefusalBody): string {
  return error_description ?? message ?? 'Refused'
}
