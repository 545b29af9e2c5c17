/** What came back from an API, as far as it is compared. A token never stands in it. */
export interface Answer {
  readonly status: number
  /** The whole `WWW-Authenticate` field. */
  readonly challenge?: string | undefined
  /** The error code in the body (RFC 6750 §3.1). */
  readonly error?: string | undefined
  /** How many accounts were answered. */
  readonly accounts?: number | undefined
  /** Why there was no answer at all. */
  readonly failure?: string | undefined
}

/** Reads the answer of an API that speaks plain HTTP. */
export async function readAnswer(response: Response): Promise<Answer> {
  const body: unknown = await response.json()
  return describeAnswer(response, body)
}

/** What is compared of a response and the body that says what happened. */
export function describeAnswer({ status, headers }: Response, body: unknown): Answer {
  return {
    status,
    challenge: headers.get('www-authenticate') ?? undefined,
    error: errorOf(body),
    accounts: Array.isArray(body) ? body.length : undefined,
  }
}

/** Whether two answers are the same in everything that is compared. */
export function sameAnswer(a: Answer, b: Answer): boolean {
  return (
    a.status === b.status &&
    a.challenge === b.challenge &&
    a.error === b.error &&
    a.accounts === b.accounts &&
    a.failure === b.failure
  )
}

/** An answer in a few words: `403 insufficient_scope accounts:write`. */
export function inWords({ status, challenge, error, accounts, failure }: Answer): string {
  if (failure !== undefined) return failure
  const lacking = /scope="([^"]*)"/.exec(challenge ?? '')?.[1]
  const bare = error === undefined && challenge !== undefined ? 'bare challenge' : undefined
  const found = accounts === undefined ? undefined : `${accounts} accounts`
  return [status, error, lacking, bare, found].filter((part) => part !== undefined).join(' ')
}

function errorOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined
  return typeof body.error === 'string' ? body.error : undefined
}
