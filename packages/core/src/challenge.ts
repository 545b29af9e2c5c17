/**
 * One challenge of a `WWW-Authenticate` field (RFC 9110 §11.6.1): a scheme and its parameters, in the order they are sent.
 *
 * @example { scheme: 'Bearer', params: { realm: 'api', error: 'invalid_token' } }
 */
export interface Challenge {
  readonly scheme: string
  readonly params: Readonly<Record<string, string>>
}

/** The schemes an access token can be sent under (RFC 6750 §2.1, RFC 9449 §7.1). */
export type AuthScheme = 'Bearer' | 'DPoP'

/** Everything a quoted-string may not hold: a field value is ASCII, and CR or LF would split the header. */
const unsendable = /[^\x20-\x7e]/g

/**
 * Writes challenges as one `WWW-Authenticate` field value.
 *
 * Every value is a quoted-string (RFC 9110 §5.6.4); what cannot be sent in one becomes `?`, so that no configured or
 * received text can split the header or open a second challenge.
 *
 * @example formatChallenges([{ scheme: 'Bearer', params: { realm: 'api' } }]) // 'Bearer realm="api"'
 */
export function formatChallenges(challenges: readonly Challenge[]): string {
  return challenges.map(formatChallenge).join(', ')
}

function formatChallenge({ scheme, params }: Challenge): string {
  const pairs = Object.entries(params).map(([name, value]) => `${name}=${quote(value)}`)
  return pairs.length === 0 ? scheme : `${scheme} ${pairs.join(', ')}`
}

function quote(value: string): string {
  return `"${value.replace(unsendable, '?').replace(/["\\]/g, '\\$&')}"`
}
