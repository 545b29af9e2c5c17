import type { Backend } from './dialect.js'
import type { Doorway } from './doorway.js'
import type { Faults } from './faults.js'
import { issueToken } from './issue.js'
import { checkLifetime } from './options.js'
import type { Recorder } from './recorder.js'

/** What a doorway is made of. */
export interface DoorwayParts {
  readonly backend: Backend
  readonly recorder: Recorder
  readonly faults: Faults
}

/** Puts the handle of a doorway together. */
export function createDoorway({ backend, recorder, faults }: DoorwayParts): Doorway {
  const { dialect, issuer, audience, registry, state, keys } = backend
  return {
    name: dialect.name,
    issuer,
    base: issuer + dialect.paths.base,
    tokenEndpoint: issuer + dialect.paths.token,
    jwksUri: issuer + dialect.paths.jwks,
    introspectionEndpoint: issuer + dialect.paths.introspection,
    revocationEndpoint: issuer + dialect.paths.revocation,
    audience,
    documentedLifetime: dialect.lifetime,
    get lifetime() {
      return state.lifetime
    },
    set lifetime(seconds) {
      state.lifetime = checkLifetime(seconds)
    },
    resourceServer: registry.resourceServer,

    get requests() {
      return recorder.requests
    },
    clearRequests: () => recorder.clear(),
    count: (endpoint) => recorder.count(endpoint),
    received: (endpoint, n) => recorder.received(endpoint, n),

    hold: (endpoint) => faults.hold(endpoint),
    answer: (endpoint, answer, options) => faults.answer(endpoint, answer, options?.times),
    outage: (endpoint, on, options) => faults.outage(endpoint, on, options?.retryAfter),

    issue: (options) => issueToken(backend, options),
    async revoke(token) {
      const stored = await backend.find(token)
      await stored?.destroy()
    },
    async rotateKeys(options) {
      await keys.rotate(options?.keep ?? true)
      backend.rebuild()
    },
    jwks: () => ({ keys: keys.all.map(({ publicJwk }) => ({ ...publicJwk })) }),
  }
}
