/** What is noted on a target already: on itself, or on what it extends as well. */
interface Noted<T> {
  readonly own: T | undefined
  readonly inherited: T | undefined
}

/** Something that decorators note on classes and handlers. */
export interface Note<T> {
  /** What a class or a handler bears; a class also what it extends. */
  read(target: object): T | undefined
  /** Whether it was noted on a method, or on the one it overrides, but not on the function that Nest will call. */
  isLost(prototype: object, name: string, handler: object): boolean
  /** A decorator that notes what `next` makes of what is there. */
  write(next: (noted: Noted<T>, where: string) => T): ClassDecorator & MethodDecorator
}

export function createNote<T>(name: string): Note<T> {
  const noteKey = Symbol(`@auth/nestjs ${name}`)
  const lookUp = (target: object): T | undefined => Reflect.getMetadata(noteKey, target)
  /** Guards read at each request, and metadata are searched along every prototype of a target. */
  let known = new WeakMap<object, { readonly noted: T | undefined }>()
  const read = (target: object): T | undefined => {
    const found = known.get(target)
    if (found !== undefined) return found.noted
    const noted = lookUp(target)
    known.set(target, { noted })
    return noted
  }
  return {
    read,
    isLost: (prototype, name, handler) =>
      Reflect.getMetadata(noteKey, prototype, name) !== undefined && read(handler) === undefined,
    write: (next) => (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
      const declared: object = descriptor === undefined ? target : descriptor.value
      // By name as well: a decorator between two of ours may have replaced the function that the first was noted on.
      const byName: T | undefined = key === undefined ? undefined : Reflect.getOwnMetadata(noteKey, target, key)
      const own: T | undefined = Reflect.getOwnMetadata(noteKey, declared) ?? byName
      const noted = next({ own, inherited: lookUp(declared) ?? byName }, describe(target, key))
      // What extends it bears the note, too.
      known = new WeakMap()
      Reflect.defineMetadata(noteKey, noted, declared)
      if (key !== undefined) Reflect.defineMetadata(noteKey, noted, target, key)
    },
  }
}

function describe(target: object, key: string | symbol | undefined): string {
  return typeof target === 'function' ? target.name : `${target.constructor.name}.${String(key)}`
}
