import { isHeaders } from '../verifier/field.js'
import type { RequestLike } from '../verifier/request.js'
import type { LoginError } from './login-error.js'
import type { LoginOptions } from './types.js'

/** Answers a person whose login or logout was refused: by a page of the app, where it has one. */
export async function errorPage(
  onError: LoginOptions['onError'],
  error: LoginError,
  request: RequestLike,
): Promise<Response> {
  const page = isFetchRequest(request) ? await onError?.(error, request) : undefined
  return page === undefined ? error.toResponse() : withFieldsOf(error, page)
}

/** What ends cookies, and keeps an answer out of caches and referrers, is no business of the page's. */
function withFieldsOf({ answer }: LoginError, { body, status, headers: own }: Response): Response {
  const headers = new Headers(own)
  const cookies = own.getSetCookie()
  for (const [name, value] of answer.headers) {
    const isNew = name === 'set-cookie' ? !cookies.includes(value) : !own.has(name)
    if (isNew) headers.append(name, value)
  }
  return new Response(body, { status, headers })
}

function isFetchRequest(request: RequestLike): request is Request {
  return isHeaders(request.headers)
}
