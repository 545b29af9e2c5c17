/**
 * Whether a value has to be waited for, by its `then`: where somebody has replaced the global `Promise`, those of `async`
 * functions are no instances of it. The promise of a verdict, taken for the verdict, would be a yes.
 */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
