/** A token of RFC 9110 §5.6.2: the name of a header, or of an authentication scheme. */
export const headerName: RegExp = /^[\w!#$%&'*+.^`|~-]+$/

/** The parameters of a request that a profile may have sent in a header. */
export const credentialNames: readonly string[] = [
  'client_id',
  'client_secret',
  'client_assertion',
  'assertion',
  'username',
  'password',
  'refresh_token',
  'subject_token',
  'token',
]

/** What a header's value may hold and arrive as it was sent (RFC 9110 §5.5). */
export function isHeaderText(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
