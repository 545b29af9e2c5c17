/** A token of RFC 9110 §5.6.2: the name of a header, or of an authentication scheme. */
export function isHeaderName(text: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text)
}

/** What a header's value may hold and arrive as it was sent (RFC 9110 §5.5). */
export function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
