import type { RequestLike } from '@auth/core'
import type { HttpAdapterHost } from '@nestjs/core'
import { BearerException } from './bearer.exception.js'
import type { Transport } from './transport.js'

/** What is read of a platform's request: Express hands out Node's own, Fastify one that has it as `raw`. */
interface PlatformRequest extends NativeRequest {
  readonly raw?: NativeRequest | undefined
}

/** Node's request. */
export interface NativeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** The target as it was sent, where a router or a hook has rewritten `url`. */
  readonly originalUrl?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly rawHeaders?: readonly string[] | undefined
  readonly socket?: object | null | undefined
}

/** HTTP, on both platforms. */
export function httpTransport(host: HttpAdapterHost): Transport {
  return {
    type: 'http',
    arrival: (context) => {
      const carrier = nativeRequest(context.switchToHttp().getRequest())
      return { carrier, request: requestLike(carrier) }
    },
    // Nest's exceptions carry no headers; those set on the response survive every filter.
    refuse: (error, context) => {
      const response: unknown = context.switchToHttp().getResponse()
      for (const [name, value] of error.answer.headers) {
        // The content type belongs to whoever writes the body, which may be a filter of the application.
        if (name !== 'content-type') host.httpAdapter.setHeader(response, name, value)
      }
      return new BearerException(error)
    },
  }
}

export function isNativeRequest(value: unknown): value is NativeRequest {
  return typeof value === 'object' && value !== null && 'headers' in value && typeof value.headers === 'object'
}

/** Node's request behind that of a platform. */
export function nativeRequest(request: PlatformRequest): NativeRequest {
  return request.raw?.headers === undefined ? request : request.raw
}

export function requestLike({ method, url, originalUrl, headers, rawHeaders, socket }: NativeRequest): RequestLike {
  return { method, url: originalUrl ?? url, headers, rawHeaders, socket }
}
