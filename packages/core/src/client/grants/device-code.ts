import { TokenRequestError } from '../../errors.js'
import { type DeviceAuthorization, longestLogin, readDeviceAuthorization } from '../../oauth/device-authorization.js'
import { TransportFailure } from '../../oauth/transport.js'
import { pause } from '../../pause.js'
import { askForToken, beginLogin, checkDeviceProfile } from './device-desk.js'
import { checkObject, checkTexts, type Desk, type Grant } from './grant.js'
import { refreshable } from './refreshing.js'

/** What a person needs to log in with another device (RFC 8628 §3.3). Whoever sees it can take part in the login. */
export interface DeviceLogin {
  /** To be typed in, as it is. */
  readonly userCode: string
  /** Where to type it in. */
  readonly verificationUri: string
  /** The same with the code in it, for a link or a QR code. Show the code too: it is there to be compared. */
  readonly verificationUriComplete: string | undefined
  /** When the code ends, in seconds since the epoch. */
  readonly expiresAt: number
  /** Ends when the login is over, in whatever way: take the code off the screen then. */
  readonly signal: AbortSignal
}

/** Options of {@link deviceCode}. */
export interface DeviceCodeOptions {
  /**
   * Shows the code to the person. It need not return before the login is over; what it throws ends the login, as
   * `grant_failed`.
   */
  readonly show: (login: DeviceLogin) => unknown
  /** Tells apart the tokens of several people where each call names their own. @default everybody is the same person */
  readonly identity?: string | undefined
  /** How to wait, for runtimes with timers of their own, and for tests. @default a timer, ended by the signal */
  readonly wait?: ((seconds: number, signal: AbortSignal) => Promise<void>) | undefined
}

/**
 * A person logs in with another device, in a browser there (RFC 8628): for what has no browser, or no keyboard.
 *
 * A call that needs a token shows a code and waits until the person is done; whoever asks meanwhile waits with it. After
 * that the refresh token is used, and the person is asked again only when that has ended and no live token is left, or a
 * new one is forced. It fails with `access_denied` when the person says no, `expired_token` when nobody came within the
 * code's life or an hour. A caller that leaves ends nothing; `close()` does.
 *
 * @throws TypeError when `show` is no function.
 * @example deviceCode({ show: ({ userCode, verificationUri }) => console.log(`Enter ${userCode} at ${verificationUri}`) })
 */
export function deviceCode(options: DeviceCodeOptions): Grant {
  checkObject('deviceCode', options, ['show'])
  const { show, identity, wait = pause } = options
  if (typeof show !== 'function' || typeof wait !== 'function') {
    throw new TypeError('deviceCode needs show, a function that shows the code: { show: ({ userCode }) => … }')
  }
  if (identity !== undefined) checkTexts('deviceCode', { identity }, ['identity'])
  return {
    ...refreshable('device_code', {}, 'urn:ietf:params:oauth:grant-type:device_code'),
    identity: () => (identity === undefined ? [] : [identity]),
    login: {
      patience: longestLogin,
      endings,
      check: checkDeviceProfile,
      conduct: (desk) => logIn(desk, show, wait),
    },
  }
}

/** Nobody came, somebody said no, or the code is of no use any more. */
const endings = ['access_denied', 'expired_token', 'invalid_grant'] as const

type Wait = NonNullable<DeviceCodeOptions['wait']>

async function logIn<T>(desk: Desk<T>, show: DeviceCodeOptions['show'], wait: Wait): Promise<T> {
  const issuedAt = desk.now() / 1000
  const started = desk.monotonic()
  const code = readDeviceAuthorization(await beginLogin(desk))
  if (typeof code === 'string') throw malformed(code)
  const over = new AbortController()
  const signal = AbortSignal.any([desk.signal, over.signal])
  const left = (): number => code.lifetime - Math.max(0, (desk.monotonic() - started) / 1000)
  const { userCode, verificationUri, verificationUriComplete } = code
  const expiresAt = Math.floor(issuedAt + code.lifetime)
  const shown = ended(async () => show({ userCode, verificationUri, verificationUriComplete, expiresAt, signal }))
  try {
    return await Promise.race([poll({ desk, code, left, wait, signal }), shown])
  } finally {
    over.abort()
  }
}

/** Never done, only failed: a login goes on when its code has been shown. */
function ended(show: () => Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    // What it reports may quote the code.
    show().catch(() => reject(failed('show')))
  })
}

interface Poll<T> {
  readonly desk: Desk<T>
  readonly code: DeviceAuthorization
  /** Seconds. */
  readonly left: () => number
  readonly wait: Wait
  readonly signal: AbortSignal
}

/** Asks until the person is done (RFC 8628 §3.5). */
async function poll<T>({ desk, code, left, wait, signal }: Poll<T>): Promise<T> {
  const { deviceCode, userCode, verificationUriComplete = userCode } = code
  const question = { parameters: { device_code: deviceCode }, secrets: [userCode, verificationUriComplete] }
  let { interval } = code
  let failures = 0
  let next = interval
  for (;;) {
    await waited(wait, Math.min(next, left()), signal)
    if (left() <= 0) throw expired()
    try {
      const answer = await askForToken(desk, { ...question, signal })
      if ('token' in answer) return answer.token
      if (answer.pending === 'slow_down') interval += 5
      failures = 0
      next = interval
    } catch (error) {
      if (!mayPass(error)) throw error
      next = Math.max(backOff(interval, ++failures), retryAfter(error, desk.now()))
    }
  }
}

async function waited(wait: Wait, seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(Math.max(0, seconds), signal)
  } catch {
    signal.throwIfAborted()
    throw failed('wait')
  }
  signal.throwIfAborted()
}

/** A server that is away for a moment does not end a login: its person may be on the way. */
function mayPass(error: unknown): boolean {
  if (error instanceof TransportFailure) return error.code === 'network_error' || error.code === 'timeout'
  return error instanceof TokenRequestError && error.status !== undefined && error.retryable
}

/** Seconds a server that cannot be reached is left alone at most, unless it wants to be asked more rarely anyway. */
const longestPause = 60

function backOff(interval: number, failures: number): number {
  return Math.max(interval, Math.min(longestPause, interval * 2 ** failures))
}

function retryAfter(error: unknown, now: number): number {
  return error instanceof TokenRequestError && error.retryAt !== undefined ? error.retryAt - now / 1000 : 0
}

function expired(): TokenRequestError {
  return new TokenRequestError({ code: 'expired_token', message: 'Nobody logged in before the code expired' })
}

function failed(what: 'show' | 'wait'): TokenRequestError {
  return new TokenRequestError({
    code: 'grant_failed',
    message: `The login was given up: the function ${what} of deviceCode failed`,
    retryable: true,
  })
}

function malformed(member: string): TokenRequestError {
  return new TokenRequestError({
    code: 'invalid_response',
    message: `The answer to the device authorization request is not usable: ${member} is missing or malformed`,
  })
}
