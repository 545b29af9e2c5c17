import type { ClientCertificate } from './certificate.js'
import type { Credentials } from './header.js'
import type { RequestLike } from './request.js'

/** A token as it was sent, with what came beside it that may prove a key. */
export interface Presented extends Credentials {
  /** Unset where a token is verified by itself. */
  readonly request?: RequestLike | undefined
  /** The certificate of the connection, as the server handed it in. */
  readonly certificate?: ClientCertificate | undefined
}
