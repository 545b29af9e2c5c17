import { Failures } from '../cache/failures.js'
import type { TokenRequestError, TokenRequestErrorCode } from '../errors.js'
import { again } from './failure.js'
import type { Grant } from './grants/grant.js'
import type { Selected } from './select.js'
import type { Settings } from './settings.js'

/** Under what failures are remembered that concern every token of this client. */
const everybody = ''

/** Milliseconds between two looks for another secret: wherever it is kept must not be flooded either. */
const secretPause = 1000

/** Seconds after which somebody who was told to act may have acted. */
const patience = 30

/** Seconds after which a person may be asked again who said no, or did not come: they have waited already. */
const pauseOfLogin = 1

/** Codes that are about the server or the client, whatever was asked for and for whom. */
const ofEveryRequest: readonly TokenRequestErrorCode[] = [
  'invalid_client',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'network_error',
  'timeout',
  'temporarily_unavailable',
  'server_error',
]

/** Codes after which asking again is pointless until somebody changes something. */
const permanent: readonly TokenRequestErrorCode[] = [
  'invalid_scope',
  'invalid_target',
  'invalid_request',
  'access_denied',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'interaction_required',
]

/** What a client remembers of its failures, so that a server that is down or refuses is not asked by every call. */
export class FailureMemory {
  readonly #failures: Failures<TokenRequestError>
  readonly #settings: Settings
  #askedForSecret: number | undefined

  constructor(settings: Settings) {
    this.#settings = settings
    this.#failures = new Failures(settings.monotonic, Math.random)
  }

  /** What keeps the server from being asked for this, as a new error for whoever asks now. */
  of({ key, credential }: Selected): TokenRequestError | undefined {
    const failure = this.#failures.get(key) ?? this.#failures.get(credential) ?? this.#failures.get(everybody)
    return failure && again(failure.error, this.#epochSeconds(failure.until))
  }

  /** Remembers a failure, for all whom it concerns. @returns when the server may be asked again */
  add(selected: Selected, grant: Grant, error: TokenRequestError): number {
    const { whose, transient, wait } = this.#reach(selected, grant, error)
    return this.#epochSeconds(this.#failures.add(whose, { error, transient, wait }).until)
  }

  /** Whose calls a failure concerns, whether it may be over soon, and the seconds until then where those do not grow. */
  #reach({ key, credential }: Selected, grant: Grant, { code, retryAt }: TokenRequestError): Reach {
    if (grant.login?.endings.includes(code)) return { whose: key, transient: true, wait: pauseOfLogin }
    const { server, now } = this.#settings
    // A new secret needs no restart; a person no new client.
    const patient = code === 'interaction_required' || (code === 'invalid_client' && server.rotates)
    return {
      whose: ofEveryRequest.includes(code) ? everybody : isOfCredential(code, grant) ? credential : key,
      transient: !permanent.includes(code),
      wait: patient ? patience : retryAt === undefined ? undefined : retryAt - now() / 1000,
    }
  }

  /** Whether a failure is over before its time: the client was refused, and has another secret now. */
  async isOver({ code }: TokenRequestError): Promise<boolean> {
    const now = this.#settings.monotonic()
    const asked = this.#askedForSecret
    if (code !== 'invalid_client' || (asked !== undefined && Math.abs(now - asked) < secretPause)) return false
    this.#askedForSecret = now
    try {
      const { auth } = await this.#settings.server.dialect()
      const isNew = (await auth.isNew?.()) === true
      // The next refusal is about another secret: it may be looked at again at once.
      if (isNew) this.#askedForSecret = undefined
      return isNew
    } catch {
      return false
    }
  }

  /** Something worked. */
  clear({ key, credential }: Selected): void {
    for (const each of [key, credential, everybody]) this.#failures.clear(each)
  }

  #epochSeconds(monotonic: number): number {
    const { now, monotonic: clock } = this.#settings
    return Math.ceil((now() + monotonic - clock()) / 1000)
  }
}

interface Reach {
  readonly whose: string
  readonly transient: boolean
  readonly wait: number | undefined
}

/** Whether it is the person's credential that was refused. */
function isOfCredential(code: TokenRequestErrorCode, { name }: Grant): boolean {
  // RFC 8693 §2.2.2 has this word for a subject token that is not accepted.
  if (code === 'invalid_request') return name === 'token_exchange'
  // With a refresh token it is about that token, and each key may have its own.
  return code === 'grant_failed' || (code === 'invalid_grant' && name !== 'refresh_token')
}
