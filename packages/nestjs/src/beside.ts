/** Something kept beside the objects of others, where neither a copy nor a listing of them shows it. */
export interface Beside<T> {
  get(target: object): T | undefined
  set(target: object, value: T | undefined): void
}

/** What extends this puts its private fields on the object it is given: those that nobody else can name, or see. */
class Onto {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: private fields are put on what the constructor of a base returns.
    return target
  }
}

/**
 * As a `WeakMap`, whose entries every garbage collection looks at: one for each request would cost it more than to
 * recognise its token.
 */
export function createBeside<T>(): Beside<T> {
  class Kept extends Onto {
    #value: T | undefined

    static get(target: object): T | undefined {
      return #value in target ? target.#value : undefined
    }

    static set(target: object, value: T | undefined): void {
      const kept = #value in target ? target : new Kept(target)
      kept.#value = value
    }
  }
  return Kept
}
