import type { BearerError } from '@auth/core'

/** The core's whole answer, for transports that carry errors as data. */
export interface RefusalData {
  readonly status: number
  /** The value of `WWW-Authenticate`. */
  readonly challenge?: string
  /** Seconds, with 503. */
  readonly retryAfter?: number
  readonly body: Readonly<Record<string, unknown>>
}

export function refusalData({ answer, retryAfter }: BearerError): RefusalData {
  const challenge = new Map(answer.headers).get('www-authenticate')
  return {
    status: answer.status,
    ...(challenge === undefined ? {} : { challenge }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    body: JSON.parse(answer.body),
  }
}
