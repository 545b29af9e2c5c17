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
 * recognise its token. An object that takes no property is in one all the same: engines begin to refuse it private
 * fields, too.
 */
export function createBeside<T>(): Beside<T> {
  const others = new WeakMap<object, T | undefined>()

  class Kept extends Onto {
    #value: T | undefined

    static get(target: object): T | undefined {
      return #value in target ? target.#value : others.get(target)
    }

    static set(target: object, value: T | undefined): void {
      if (#value in target) target.#value = value
      else if (Object.isExtensible(target)) new Kept(target).#value = value
      else others.set(target, value)
    }
  }
  return Kept
}
