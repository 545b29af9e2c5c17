import type { NodeRequest, RequestLike } from './request.js'

/** The value of a header field, those of several fields of that name joined by commas (RFC 9110 §5.3). */
export function fieldOf(request: RequestLike, name: string): string | undefined {
  const { headers } = request
  return isHeaders(headers) ? (headers.get(name) ?? undefined) : nodeField(headers, request, name)
}

/** By what it can do, not by its class: frameworks and other realms bring a `Headers` of their own. */
export function isHeaders(headers: Headers | NodeRequest['headers']): headers is Headers {
  return 'get' in headers && typeof headers.get === 'function'
}

/** Node keeps the first of two fields of some names in `headers`; only the raw ones show the second. */
function nodeField(headers: NodeRequest['headers'], request: RequestLike, name: string): string | undefined {
  const rawHeaders = 'rawHeaders' in request ? (request.rawHeaders ?? []) : []
  const values = Object.keys(headers)
    .filter((each) => each.toLowerCase() === name)
    .flatMap((each) => headers[each] ?? [])
  if (values.length === 0) return undefined
  const raw = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name)
  return (raw.length > 1 ? raw : values).join(', ')
}
