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
  const values: string[] = []
  for (const each of Object.keys(headers)) {
    const value = isNamed(each, name) ? headers[each] : undefined
    if (typeof value === 'string') values.push(value)
    else if (value !== undefined) values.push(...value)
  }
  if (values.length === 0) return undefined
  const raw = 'rawHeaders' in request ? rawValues(request.rawHeaders ?? [], name) : []
  const sent = raw.length > 1 ? raw : values
  // One value, as nearly always, needs no copy.
  return sent.length > 1 ? sent.join(', ') : sent[0]
}

/** Names and values in turns. */
function rawValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const value = rawHeaders[at + 1]
    if (value !== undefined && isNamed(rawHeaders[at] ?? '', name)) values.push(value)
  }
  return values
}

/** Most names are told apart by their length. */
function isNamed(each: string, name: string): boolean {
  return each.length === name.length && each.toLowerCase() === name
}
