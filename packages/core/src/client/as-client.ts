import { TokenRequestError } from '../errors.js'
import type { ClientAuthParts } from '../oauth/client-authentication.js'
import type { Parameter } from '../profiles/encode.js'
import type { Dialect } from './dialect.js'
import { harmless } from './parameter-names.js'
import type { Settings } from './settings.js'

/**
 * Sends a request as the client (RFC 6749 §2.3); once more if the server refuses the client and there is another secret.
 *
 * @throws TokenRequestError `invalid_client` when the client could not authenticate itself; what `send` throws.
 */
export async function asClient<T>(
  settings: Settings,
  dialect: Dialect,
  endpoint: URL,
  send: (parts: ClientAuthParts) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const parts = await authenticate(settings, dialect, endpoint)
    try {
      return await send(parts)
    } catch (error) {
      const refused = error instanceof TokenRequestError && error.code === 'invalid_client'
      if (!refused || !(await hasNext(dialect, parts)) || tries === maxTries) throw error
    }
  }
}

/** Requests with one secret after the other: a list of wrong ones must not look like an attack. */
const maxTries = 2

async function authenticate(settings: Settings, { profile, auth }: Dialect, endpoint: URL): Promise<ClientAuthParts> {
  const { clientId, now } = settings
  try {
    return await auth.authenticate({ clientId, endpoint, basicEncoding: profile.clientAuth?.basic ?? 'form', now })
  } catch {
    // What a vault or a key reports may hold the secret.
    throw new TokenRequestError({
      code: 'invalid_client',
      message: `The client could not authenticate itself: its ${auth.method} failed, or has no usable secret or key`,
    })
  }
}

async function hasNext({ auth }: Dialect, refused: ClientAuthParts): Promise<boolean> {
  try {
    return (await auth.next?.(refused)) === true
  } catch {
    return false
  }
}

/**
 * Everything secret a request holds, in each form it may be echoed in.
 *
 * @param sent every parameter of the request, those that authenticate the client included.
 */
export function secretsOf({ secrets = [], headers }: ClientAuthParts, sent: readonly Parameter[]): readonly string[] {
  const values = sent.flatMap(([name, value]) => (harmless.includes(name) ? [] : [String(value)]))
  return [...secrets, ...values, ...Object.values(headers).flatMap(credentialsOf)]
}

/** The credentials of a header, and for Basic the password inside them, plain and as it was encoded. */
function credentialsOf(header: string): readonly string[] {
  const credentials = header.slice(header.indexOf(' ') + 1)
  const pair = /^basic /i.test(header) ? decode(credentials) : undefined
  if (pair === undefined) return [credentials]
  const password = pair.slice(pair.indexOf(':') + 1)
  return [credentials, password, new URLSearchParams(`p=${password}`).get('p') ?? '']
}

/** A method that is not ours may send what is no base64. */
function decode(text: string): string | undefined {
  try {
    return atob(text)
  } catch {
    return undefined
  }
}
