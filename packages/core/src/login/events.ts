import type { LoginErrorCode } from './login-error.js'

/** What a login tells `onEvent`: for logs and counters. Never a code, a token, a secret, or a person's claims. */
export type LoginEvent =
  | { readonly type: 'login_started' }
  | { readonly type: 'login_succeeded' }
  /** A login, a logout or a session was refused; `reason` as `LoginError.reason` has it. */
  | { readonly type: 'refused'; readonly code: LoginErrorCode; readonly reason: string }
  /** A session did not count: another site's page sent the request, or the cookie came twice. */
  | { readonly type: 'session_ignored'; readonly reason: string }
  /** A session ended: by a logout, or because its refresh token is not accepted any more. */
  | { readonly type: 'session_ended'; readonly reason: 'logout' | 'everywhere' | 'back_channel' | 'refresh_refused' }
  /** The authorization server could not be told that a token is not needed any more. */
  | { readonly type: 'revocation_failed' }

/** Tells the listener; what it throws, or rejects with, is its own business. */
export type TellLogin = (event: LoginEvent) => void
