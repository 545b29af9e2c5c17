import type { StoreLock } from './store.js'

/** Takes the lock of a key for some seconds, at the end of which it ends by itself: `undefined` when it is held. */
export type TakeLock = (key: string, lifetime: number) => StoreLock | undefined

/** From how many on those that ended by themselves are looked for: a runtime may end a request, and with it the work. */
const many = 1000

/**
 * Locks within this process, for work that must not, or cannot, be joined.
 *
 * @param now milliseconds of a clock that nobody sets.
 */
export function localLocks(now: () => number): TakeLock {
  const held = new Map<string, { readonly end: number }>()
  return (key, lifetime) => {
    const at = now()
    if (at < (held.get(key)?.end ?? Number.NEGATIVE_INFINITY)) return undefined
    if (held.size >= many) for (const [each, { end }] of held) if (end <= at) held.delete(each)
    const own = { end: at + lifetime * 1000 }
    held.set(key, own)
    return {
      release: async () => {
        if (held.get(key) === own) held.delete(key)
      },
    }
  }
}
