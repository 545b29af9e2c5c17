/** Something kept beside the objects of others, where neither a copy nor a listing of them shows it. */
export interface Beside<T> {
  get(target: object): T | undefined
  set(target: object, value: T | undefined): void
}

/** What stays where it was put, even when its object is frozen later. */
interface Box<T> {
  value: T | undefined
}

/**
 * As a `WeakMap`, whose entries every garbage collection looks at: one for each request would cost it more than the
 * verification of its token. An object that takes no property is in one all the same.
 */
export function createBeside<T>(name: string): Beside<T> {
  const key = Symbol(`@auth/nestjs ${name}`)
  const others = new WeakMap<object, Box<T>>()
  // Its own: what inherits from a request is not that request.
  const boxOf = (target: { readonly [key]?: Box<T> }): Box<T> | undefined =>
    Object.hasOwn(target, key) ? target[key] : others.get(target)
  return {
    get: (target) => boxOf(target)?.value,
    set: (target, value) => {
      const known = boxOf(target)
      const box = known ?? { value }
      box.value = value
      if (known === undefined && !Reflect.defineProperty(target, key, { value: box })) others.set(target, box)
    },
  }
}
