import { decodeBase64url, encodeBase64url } from '../base64url.js'
import { checkNames } from '../shapes.js'

/**
 * The nonces of an API (RFC 9449 §9): with them a proof cannot have been made long before it is used. `statelessNonces()`
 * needs no store; one of your own may share them in another way. What throws or takes more than a second makes a 503.
 */
export interface DpopNonces {
  /** A nonce for the next proof: visible ASCII without quotes and backslashes. */
  issue(): string | Promise<string>
  /** Whether a proof's nonce is one of ours, and not too old. It comes from a client: any text of 8 KiB at most. */
  accepts(nonce: string): boolean | Promise<boolean>
}

/** One secret or several, the newest first: it signs, all are accepted. At least 32 bytes each. */
export type NonceSecrets = string | Uint8Array<ArrayBuffer> | readonly (string | Uint8Array<ArrayBuffer>)[]

/** Options of {@link statelessNonces}. */
export interface StatelessNonceOptions {
  /**
   * What nonces are signed with, or a function that is asked each time, so that secrets can be rotated. All instances of
   * an API share them. @default random ones, for an API that runs once
   */
  readonly secrets?: NonceSecrets | (() => NonceSecrets | Promise<NonceSecrets>) | undefined
  /** Seconds after which a new nonce is issued; one is accepted for as long again. @default 300 */
  readonly lifetime?: number | undefined
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** The number of a window of time, and its signature. */
const shape = /^(\d{1,15})\.([A-Za-z0-9_-]{43})$/
const minSecretBytes = 32
const maxSecrets = 8

/**
 * Nonces that are signed windows of time, so that nothing has to be stored and every instance accepts those of the others.
 *
 * @throws TypeError when an option is wrong.
 * @example dpopProofs({ origin: 'https://api.example.com', nonces: statelessNonces({ secrets: process.env.NONCE_SECRET }) })
 */
export function statelessNonces(options: StatelessNonceOptions = {}): DpopNonces {
  checkNames(options, ['secrets', 'lifetime', 'now'], 'statelessNonces')
  const { lifetime = 300, now = Date.now } = options
  if (typeof lifetime !== 'number' || !(lifetime >= 1 && lifetime <= 86_400)) {
    throw new TypeError('lifetime is a number of seconds from 1 to 86400, 300 for instance')
  }
  if (typeof now !== 'function') throw new TypeError('now is a function')
  const secrets = readSecrets(options.secrets)
  const windowNow = (): number => Math.floor(now() / 1000 / lifetime)

  return Object.freeze({
    issue: async () => {
      const window = String(windowNow())
      const [newest] = await secrets()
      if (newest === undefined) throw new TypeError('there is no secret')
      const signature = await crypto.subtle.sign('HMAC', await hmacKey(newest), messageOf(window))
      return `${window}.${encodeBase64url(new Uint8Array(signature))}`
    },
    accepts: async (nonce: string) => {
      const [, window, signature] = shape.exec(nonce) ?? []
      // One window back is a nonce just issued; one ahead is another instance's, whose clock is.
      if (window === undefined || signature === undefined || Math.abs(Number(window) - windowNow()) > 1) return false
      const bytes = decodeBase64url(signature)
      if (bytes === undefined) return false
      for (const secret of await secrets()) {
        if (await crypto.subtle.verify('HMAC', await hmacKey(secret), bytes, messageOf(window))) return true
      }
      return false
    },
  })
}

function messageOf(window: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`DPoP-Nonce ${window}`)
}

function hmacKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}

type Secrets = () => Promise<readonly Uint8Array<ArrayBuffer>[]>

function readSecrets(secrets: StatelessNonceOptions['secrets']): Secrets {
  if (typeof secrets === 'function') return async () => checkSecrets(await secrets())
  if (secrets === undefined) {
    // At the first use: some platforms have no randomness before a request.
    let random: readonly Uint8Array<ArrayBuffer>[] | undefined
    return async () => {
      random ??= [crypto.getRandomValues(new Uint8Array(minSecretBytes))]
      return random
    }
  }
  const checked = checkSecrets(secrets)
  return async () => checked
}

function checkSecrets(secrets: NonceSecrets): readonly Uint8Array<ArrayBuffer>[] {
  const list = typeof secrets === 'string' || secrets instanceof Uint8Array ? [secrets] : secrets
  if (!Array.isArray(list) || list.length === 0 || list.length > maxSecrets) throw wrongSecrets()
  return list.map((secret) => {
    const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
    if (!(bytes instanceof Uint8Array) || bytes.length < minSecretBytes) throw wrongSecrets()
    return bytes.slice()
  })
}

function wrongSecrets(): TypeError {
  return new TypeError(
    `secrets is one text or Uint8Array of ${minSecretBytes} bytes or more, or a list of ${maxSecrets} at most`,
  )
}
