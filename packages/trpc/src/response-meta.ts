import type { BearerError } from '@auth/core'
import type { TRPCError } from '@trpc/server'
import { headerOf, refusalOf } from './refusal.js'

/** What tRPC tells `responseMeta`, as far as it is used here. */
export interface ResponseMetaOptions {
  readonly errors: readonly TRPCError[]
  readonly eagerGeneration: boolean
  readonly ctx?: { readonly auth?: { readonly error?: BearerError | undefined } | undefined } | undefined
}

/**
 * Gives a tRPC answer the header fields of its refusals: one `WWW-Authenticate` with every challenge of a batch once
 * (RFC 9110 §11.6.1), `Cache-Control: no-store`, the newest `DPoP-Nonce`, and the longest `Retry-After`. The status is tRPC's own: that of the
 * refusal, 207 where the calls of a batch differ.
 *
 * A streamed answer has its header before any procedure ran; there a token that was sent and refused is announced.
 *
 * @example createHTTPServer({ router, createContext: createAuthContext(verifier), responseMeta })
 */
export function responseMeta({ errors, eagerGeneration, ctx }: ResponseMetaOptions): { headers?: Headers } {
  const announced = eagerGeneration ? [refusedToken(ctx?.auth?.error)] : errors.map(refusalOf)
  const refusals = announced.filter((refusal) => refusal !== undefined)
  return refusals.length === 0 ? {} : { headers: headersOf(refusals) }
}

/** Not the lack of a token: the procedures may well be public. */
function refusedToken(error: BearerError | undefined): BearerError | undefined {
  return error?.code === 'missing_token' ? undefined : error
}

function headersOf(refusals: readonly BearerError[]): Headers {
  const headers = new Headers({ 'cache-control': 'no-store' })
  const challenges = new Set(refusals.map((refusal) => headerOf(refusal, 'www-authenticate')))
  for (const challenge of challenges) {
    if (challenge !== undefined) headers.append('www-authenticate', challenge)
  }
  const nonce = refusals.findLast(({ dpopNonce }) => dpopNonce !== undefined)?.dpopNonce
  if (nonce !== undefined) headers.set('dpop-nonce', nonce)
  const delays = refusals.flatMap(({ retryAfter }) => retryAfter ?? [])
  if (delays.length > 0) headers.set('retry-after', String(Math.max(...delays)))
  return headers
}
