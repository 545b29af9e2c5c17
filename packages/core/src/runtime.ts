/** Whether this runtime binds each promise to the request it was made in, so that no other request may wait for it. */
export function bindsPromises(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers'
}

/**
 * Makes a value once, for all who ask; where requests must not wait for each other's promises, each makes its own until
 * one is there. A failure is not kept.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: { readonly value: T } | undefined
  let underWay: Promise<T> | undefined
  const start = async (): Promise<T> => {
    const value = await make()
    // The first one counts: two keys in use would each know nothing of what the other signed.
    made ??= { value }
    return made.value
  }
  return async () => {
    if (made !== undefined) return made.value
    if (bindsPromises()) return await start()
    underWay ??= start().finally(() => {
      underWay = undefined
    })
    return await underWay
  }
}

/** What a runtime gives each request to keep it alive for work that goes on after its answer. */
export interface RequestContext {
  readonly waitUntil: (work: Promise<unknown>) => void
}
