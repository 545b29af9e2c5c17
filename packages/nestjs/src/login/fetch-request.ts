import { type NativeRequest, nativeRequest } from '../http-transport.js'
import { member } from '../member.js'

/** Methods that no `Request` has. */
const forbidden: readonly string[] = ['CONNECT', 'TRACE', 'TRACK']

/**
 * The request of a platform, as the core takes it; `undefined` for one that it cannot be shown. The host is whatever
 * somebody sent, and therefore left out.
 */
export function fetchRequest(request: NativeRequest, base: string): Request | undefined {
  const { method = 'GET', url = '/', rawHeaders = [] } = nativeRequest(request)
  if (forbidden.includes(method)) return undefined
  const headers = new Headers()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    // Those of HTTP/2 that say what the method and the target are (RFC 9113 §8.3): no field of a request is called so.
    if (!name.startsWith(':')) headers.append(name, rawHeaders[i + 1] ?? '')
  }
  const body = method === 'GET' || method === 'HEAD' ? null : formOf(member(request, 'body'))
  const target = request.originalUrl ?? url
  return new Request(URL.canParse(target, base) ? new URL(target, base) : base, { method, headers, body })
}

/**
 * The form that Nest has read, written again. What its parser made a list or an object of stands there twice: a parameter
 * must not (RFC 6749 §3.1), and is refused for it.
 */
function formOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const form = new URLSearchParams()
  const fields: Readonly<Record<string, unknown>> = { ...body }
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value)
    else for (const each of ['', '']) form.append(name, each)
  }
  return form.toString()
}
