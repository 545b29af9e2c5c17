import type { AnyVerifier } from '@auth/core'
import type { Login } from '@auth/core/login'
import type { HttpAdapterHost } from '@nestjs/core'
import { httpTransport } from './http-transport.js'
import type { Transport } from './transport.js'

/** What the guards of one application share: they may be made anew for each request, its host is not. */
export interface Registry {
  /** The verifiers that have a name. */
  readonly verifiers: Map<string, AnyVerifier>
  /** By the type of the contexts they are for. */
  readonly transports: Map<string, Transport>
  /** The handlers that were named in the log as having no policy. */
  readonly reported: WeakSet<object>
  /** Answers whoever loads a page that is refused, where there is a login. */
  login: Pick<Login, 'answer'> | undefined
}

const registries = new WeakMap<HttpAdapterHost, Registry>()

export function registryOf(host: HttpAdapterHost): Registry {
  const known = registries.get(host)
  if (known !== undefined) return known
  const made: Registry = { verifiers: new Map(), transports: new Map(), reported: new WeakSet(), login: undefined }
  const http = httpTransport(host, () => made.login)
  made.transports.set(http.type, http)
  registries.set(host, made)
  return made
}
