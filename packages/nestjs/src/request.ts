import { type AccessToken, type AnyVerifier, BearerError, type RequestLike } from '@auth/core'
import type { ExecutionContext } from '@nestjs/common'

/** What is read of a platform's request: Express hands out Node's own, Fastify one that has it as `raw`. */
interface PlatformRequest extends NativeRequest {
  readonly raw?: NativeRequest | undefined
}

interface NativeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** The target as it was sent, where a router or a hook has rewritten `url`. */
  readonly originalUrl?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly rawHeaders?: readonly string[] | undefined
  readonly socket?: object | null | undefined
}

/** Who is behind a request; without a token: nobody in particular, whom `@OptionalAuth()` lets pass. */
export interface Authentication {
  readonly verifier: AnyVerifier
  readonly token: AccessToken<string, object> | undefined
}

/** Keyed by the request itself: it is gone with the request, and no two requests can meet in it. */
const authentications = new WeakMap<object, Authentication>()

/** Authenticates a request, once however many guards ask, as long as they ask for the same verifier. */
export async function authenticateOnce(
  verifier: AnyVerifier,
  context: ExecutionContext,
): Promise<AccessToken<string, object>> {
  const request = nativeRequest(context)
  const known = authentications.get(request)
  if (known?.verifier === verifier && known.token !== undefined) return known.token
  const token = await verifier.authenticate(requestLike(request))
  authentications.set(request, { verifier, token })
  return token
}

/** As {@link authenticateOnce}, but a request without a token passes. One with a bad token does not. */
export async function authenticateIfSent(
  verifier: AnyVerifier,
  context: ExecutionContext,
): Promise<AccessToken<string, object> | undefined> {
  try {
    return await authenticateOnce(verifier, context)
  } catch (error) {
    if (!(error instanceof BearerError && error.code === 'missing_token')) throw error
    authentications.set(nativeRequest(context), { verifier, token: undefined })
    return undefined
  }
}

/** What a guard found out about this request; undefined when none looked. */
export function authenticationOf(context: ExecutionContext): Authentication | undefined {
  return isHttp(context) ? authentications.get(nativeRequest(context)) : undefined
}

/** Whether a request and a response stand behind this context; sockets, messages and GraphQL bring others. */
export function isHttp(context: ExecutionContext): boolean {
  return context.getType<string>() === 'http'
}

function nativeRequest(context: ExecutionContext): NativeRequest {
  const request = context.switchToHttp().getRequest<PlatformRequest>()
  return request.raw?.headers === undefined ? request : request.raw
}

function requestLike({ method, url, originalUrl, headers, rawHeaders, socket }: NativeRequest): RequestLike {
  return { method, url: originalUrl ?? url, headers, rawHeaders, socket }
}
