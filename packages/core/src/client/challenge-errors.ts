/** An `error` parameter, or a quoted-string that stands elsewhere, whose text is no parameter (RFC 9110 §11.2). */
const errorOrText = /(?<![\w-])error[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([\w-]+))|"(?:[^"\\]|\\.)*"?/gi

/** What the challenges of a `WWW-Authenticate` field say is wrong (RFC 6750 §3). */
export function challengeErrors(field: string): readonly string[] {
  return [...field.matchAll(errorOrText)].flatMap(([, quoted, token]) => quoted ?? token ?? [])
}
