import { isPromise } from './is-promise.js'

/** A listener that cannot do harm: what it throws, or rejects with, at once or later, is its own business. */
export function safely<E>(listener: ((event: E) => unknown) | undefined): (event: E) => void {
  return (event) => {
    try {
      const result = listener?.(event)
      if (isPromise(result)) result.then(undefined, () => undefined)
    } catch {}
  }
}
