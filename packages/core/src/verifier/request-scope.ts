import { bindsPromises, type RequestContext } from '../runtime.js'

/** Whether requests may wait for each other's work, and who looks after work that nobody waits for. */
export interface RequestScope {
  /** Whether no promise of another request may be waited for: the runtime would never go on. */
  readonly apart: boolean
  /** Unset where such work would end with its request. */
  readonly background: ((work: Promise<unknown>) => void) | undefined
}

/** Who waits for work. */
export interface Caller {
  readonly scope: RequestScope
  /** Ends the wait, not the work. */
  readonly signal: AbortSignal | undefined
}

/** Of a verifier that knows nothing of the request it serves. */
export function commonScope(): RequestScope {
  const apart = bindsPromises()
  return { apart, background: apart ? undefined : () => undefined }
}

/** Of one request. */
export function requestScope(context: RequestContext): RequestScope {
  return { apart: true, background: (work) => context.waitUntil(work.catch(() => undefined)) }
}
