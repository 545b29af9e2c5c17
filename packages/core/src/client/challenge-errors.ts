/** An `error` parameter, or a quoted-string that stands elsewhere, whose text is no parameter (RFC 9110 §11.2). */
const errorOrText = /(?<![\w-])error[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([\w-]+))|"(?:[^"\\]|\\.)*"?/gi

/** What the challenges of a `WWW-Authenticate` field say is wrong (RFC 6750 §3). */
export function challengeErrors(field: string): readonly string[] {
  return [...field.matchAll(errorOrText)].flatMap(([, quoted, token]) => quoted ?? token ?? [])
}

/** Whether an API refuses a request for one of these reasons. */
export function asksFor({ status, headers }: Response, ...codes: readonly string[]): boolean {
  return status === 401 && challengeErrors(headers.get('www-authenticate') ?? '').some((code) => codes.includes(code))
}
