import type { HttpAnswer, RequestLike } from '@auth/core'
import type { Login } from '@auth/core/login'
import { HttpException } from '@nestjs/common'
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

/** HTTP, on both platforms. @param loginOf what sends whoever loads a page to log in, where there is one */
export function httpTransport(host: HttpAdapterHost, loginOf: () => Pick<Login, 'answer'> | undefined): Transport {
  return {
    type: 'http',
    arrival: (context) => {
      const carrier = nativeRequest(context.switchToHttp().getRequest())
      return { carrier, request: requestLike(carrier) }
    },
    refuse: async (error, context) => {
      const http = context.switchToHttp()
      const response: unknown = http.getResponse()
      const answer = await loginOf()?.answer(requestLike(nativeRequest(http.getRequest())), error)
      if (answer === undefined || answer.status === error.status) {
        setHeaders(host, response, error.answer.headers)
        return new BearerException(error)
      }
      // To log in, or why that is not possible.
      setHeaders(host, response, answer.headers)
      const body = answer.headers.has('location') ? 'See Other' : JSON.parse(await answer.text())
      return new HttpException(body, answer.status, { cause: error })
    },
  }
}

/** On the response: Nest's exceptions carry no headers, and these survive every filter. */
export function setHeaders(host: HttpAdapterHost, response: unknown, headers: Headers | HttpAnswer['headers']): void {
  for (const [name, value] of headers) {
    // The content type belongs to whoever writes the body, which may be a filter of the application.
    if (name === 'content-type') continue
    if (name === 'set-cookie') host.httpAdapter.appendHeader(response, name, value)
    else host.httpAdapter.setHeader(response, name, value)
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
