import type { AccessToken, AnyVerifier, RequestLike } from '@auth/core'
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

interface Verified {
  readonly verifier: AnyVerifier
  readonly token: AccessToken<string, object>
}

/** Keyed by the request itself: it is gone with the request, and no two requests can meet in it. */
const verified = new WeakMap<object, Verified>()

/** Authenticates a request, once however many guards ask, as long as they ask for the same verifier. */
export async function authenticateOnce(
  verifier: AnyVerifier,
  context: ExecutionContext,
): Promise<AccessToken<string, object>> {
  const request = nativeRequest(context)
  const known = verified.get(request)
  if (known?.verifier === verifier) return known.token
  const token = await verifier.authenticate(requestLike(request))
  verified.set(request, { verifier, token })
  return token
}

/** The token that a guard accepted for this request. */
export function acceptedToken(context: ExecutionContext): AccessToken<string, object> | undefined {
  return isHttp(context) ? verified.get(nativeRequest(context))?.token : undefined
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
