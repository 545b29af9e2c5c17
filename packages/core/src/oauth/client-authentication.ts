import { formEncode } from '../form-encode.js'
import { isListOf, isNonEmptyString } from '../shapes.js'

/** The client authentication methods of RFC 7591 §2 that are spoken here, the preferred one first. */
export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'none',
] as const

/** One of the client authentication methods of RFC 7591 §2 that are spoken here. */
export type ClientAuthMethod = (typeof clientAuthMethods)[number]

/**
 * How id and secret are encoded before they are joined for HTTP Basic: `form` as RFC 6749 §2.3.1 says (the WHATWG form
 * encoding), `strict` escapes `-`, `_` and `.` too, `raw` not at all.
 */
export type BasicEncoding = 'form' | 'strict' | 'raw'

/**
 * A client secret; a list, of which the next one is tried once when the server refuses the client, so that a secret can
 * be rotated without a restart; or a function that is asked each time a token is requested.
 */
export type Secret = string | readonly string[] | SecretSource

/** Where a secret comes from that is kept elsewhere. */
export type SecretSource = () => string | Promise<string>

/** What a method may need to know of the request it authenticates. */
export interface ClientAuthContext {
  readonly clientId: string
  readonly endpoint: URL
  /** The authorization server's Basic encoding, unless the method was given one. */
  readonly basicEncoding: BasicEncoding
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What a method adds to a request. */
export interface ClientAuthParts {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
  /** What of it must be in no message, in every form it was sent in. @default all header values */
  readonly secrets?: readonly string[] | undefined
}

/** One way for a client to prove who it is (RFC 6749 §2.3). Its secret is closed over: printing it shows nothing. */
export interface ClientAuthentication {
  readonly method: ClientAuthMethod
  /** The Basic encoding it insists on; unset where the profile's applies. */
  readonly encoding?: BasicEncoding | undefined
  readonly authenticate: (context: ClientAuthContext) => Promise<ClientAuthParts>
  /** Told that the server refused what `authenticate` returned; whether there is something else to try, at once. */
  readonly next?: ((refused: ClientAuthParts) => boolean | Promise<boolean>) | undefined
  /** Whether it would send something else now than what was refused last, or could not be sent. */
  readonly isNew?: (() => Promise<boolean>) | undefined
}

/**
 * HTTP Basic with the client's id and secret (RFC 6749 §2.3.1).
 *
 * @param options.encoding how both are encoded first. @default the profile's, else `'form'`
 * @example clientSecretBasic(() => vault.read('orca'), { encoding: 'raw' })
 */
export function clientSecretBasic(
  secret: Secret,
  options: { readonly encoding?: BasicEncoding | undefined } = {},
): ClientAuthentication {
  return {
    method: 'client_secret_basic',
    encoding: options.encoding,
    ...withSecret(secret, ({ clientId, basicEncoding }, current) => {
      const encode = encodings[options.encoding ?? basicEncoding]
      const pair = base64(`${encode(clientId)}:${encode(current)}`)
      return {
        headers: { authorization: `Basic ${pair}` },
        parameters: {},
        secrets: [current, encode(current), pair],
      }
    }),
  }
}

/**
 * The client's id and secret as parameters of the request (RFC 6749 §2.3.1).
 *
 * @example clientSecretPost(secret)
 */
export function clientSecretPost(secret: Secret): ClientAuthentication {
  return {
    method: 'client_secret_post',
    ...withSecret(secret, ({ clientId }, current) => ({
      headers: {},
      parameters: { client_id: clientId, client_secret: current },
      secrets: [current],
    })),
  }
}

/**
 * No authentication: a public client that only says its id (RFC 6749 §2.1).
 *
 * @example none()
 */
export function none(): ClientAuthentication {
  return {
    method: 'none',
    authenticate: async ({ clientId }) => ({ headers: {}, parameters: clientId === '' ? {} : { client_id: clientId } }),
  }
}

/**
 * Mutual TLS (RFC 8705 §2): the client says its id, and the TLS connection proves it. The certificate comes with the
 * `fetch` the client is given; of an issuer's endpoints those for mutual TLS are used (RFC 8705 §5).
 *
 * @example tlsClientAuth()
 */
export function tlsClientAuth(): ClientAuthentication {
  return {
    method: 'tls_client_auth',
    authenticate: async ({ clientId }) => ({ headers: {}, parameters: { client_id: clientId } }),
  }
}

const encodings: Readonly<Record<BasicEncoding, (text: string) => string>> = {
  form: formEncode,
  // RFC 6749's own appendix B escapes these three; the WHATWG encoding, which servers decode, does not.
  strict: (text) => formEncode(text).replace(/[-_.]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  raw: (text) => text,
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

type Authenticating = Pick<ClientAuthentication, 'authenticate' | 'next' | 'isNew'>

type Write = (context: ClientAuthContext, current: string) => ClientAuthParts | Promise<ClientAuthParts>

/**
 * A method that goes by a secret: by one of a list until the server refuses it, by what a function returns each time.
 *
 * @throws TypeError when it is empty.
 */
export function withSecret(secret: Secret, write: Write): Authenticating {
  checkSecret(secret)
  if (typeof secret === 'string') return { authenticate: async (context) => await write(context, secret) }
  const isSource = typeof secret === 'function'
  const list = isSource ? [] : [...new Set(secret)]
  const sentWith = new WeakMap<ClientAuthParts, string>()
  let index = 0
  let refused: string | undefined
  const read = async (): Promise<string> => (isSource ? await readSecret(secret) : (list[index] ?? ''))
  return {
    authenticate: async (context) => {
      refused = undefined
      const current = await read()
      const parts = await write(context, current)
      sentWith.set(parts, current)
      return parts
    },
    next: async (parts) => {
      const sent = sentWith.get(parts)
      refused = sent
      // Of several requests that were refused together, one moves on to the next secret and the others follow.
      if (sent !== undefined && sent === list[index]) index = (index + 1) % list.length
      return (await read()) !== sent
    },
    isNew: isSource ? async () => (await read()) !== refused : undefined,
  }
}

/**
 * Asks for a secret that is kept elsewhere.
 *
 * @throws TypeError when there is none: `undefined` must not be sent as a secret of nine letters.
 */
export async function readSecret(source: SecretSource): Promise<string> {
  const secret: unknown = await source()
  if (isNonEmptyString(secret)) return secret
  throw new TypeError('the function of a client secret returned no string, or an empty one')
}

function checkSecret(secret: unknown): void {
  if (typeof secret === 'function' || isListOf(isNonEmptyString, [secret].flat())) return
  throw new TypeError('a client secret is a non-empty string, a list of them, or a function that returns one')
}
