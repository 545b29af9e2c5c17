/** Goes on with a value at once, with a promise once it is kept: most often there is nothing to wait for. */
export function whenever<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
