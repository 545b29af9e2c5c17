/** An answer as it is compared: status, challenge and body, byte for byte. */
export interface Answer {
  readonly status: number
  /** The `WWW-Authenticate` field's value; `undefined` where none may be sent. */
  readonly challenge: string | undefined
  /** `undefined` where the API's own answer stands, which is not compared. */
  readonly body: string | undefined
}

/** The realm every API under test is configured with. */
export const realm = 'accounts'

/** What the API under test asks of a login. */
export const stepUp = { acrValues: ['urn:example:mfa', 'urn:example:key'], maxAge: 300 } as const

/** The request was let in. */
export const accepted: Answer = { status: 200, challenge: undefined, body: undefined }

/** RFC 6750 §3.1: a request without a token learns nothing but the scheme. */
export const noToken: Answer = {
  status: 401,
  challenge: `Bearer realm="${realm}"`,
  body: '{"message":"Unauthorized"}',
}

export const malformedRequest: Answer = refusal(400, 'invalid_request', 'The request is malformed')

export const invalidToken: Answer = refusal(401, 'invalid_token', 'The access token is invalid or has expired')

export const unavailable: Answer = {
  status: 503,
  challenge: undefined,
  body: bodyOf('temporarily_unavailable', 'The access token cannot be verified at the moment'),
}

/** RFC 9470 §3: what would have been enough stands in the challenge. */
export const insufficientLogin: Answer = saying(
  refusal(401, 'insufficient_user_authentication', 'A more recent or stronger authentication is required'),
  'acr_values="urn:example:mfa urn:example:key", max_age="300"',
)

/** RFC 6750 §3.1: what is missing stands in the challenge. */
export function insufficientScope(missing: string): Answer {
  return saying(refusal(403, 'insufficient_scope', 'The access token lacks a required scope'), `scope="${missing}"`)
}

/** The same from an API that takes DPoP proofs too, where that is worth knowing (RFC 9449 §7.1). */
export function dpopAlongside(answer: Answer): Answer {
  return { ...answer, challenge: `${answer.challenge}, DPoP realm="${realm}", algs="ES256"` }
}

/** A refusal of what came under the DPoP scheme. */
export function dpopRefusal(status: number, error: string, description: string): Answer {
  return underDpop(refusal(status, error, description))
}

/** RFC 9449 §7.1: the scheme that was used says what went wrong. */
export function underDpop(answer: Answer): Answer {
  return { ...answer, challenge: `${answer.challenge?.replace('Bearer', 'DPoP')}, algs="ES256"` }
}

export const invalidProof: Answer = dpopRefusal(401, 'invalid_dpop_proof', 'The DPoP proof is invalid')

/** Another token might do, under another scheme, too. */
export const invalidBoundToken: Answer = {
  ...invalidToken,
  challenge: `${underDpop(invalidToken).challenge}, ${noToken.challenge}`,
}

function refusal(status: number, error: string, description: string): Answer {
  return {
    status,
    challenge: `Bearer realm="${realm}", error="${error}", error_description="${description}"`,
    body: bodyOf(error, description),
  }
}

function saying(answer: Answer, params: string): Answer {
  return { ...answer, challenge: `${answer.challenge}, ${params}` }
}

function bodyOf(error: string, description: string): string {
  return JSON.stringify({ error, error_description: description })
}
