import type { Policy } from '@auth/core'

/** Who may call a handler: everybody, or whoever satisfies every one of these policies. */
export type Access = 'public' | readonly [Policy, ...Policy[]]

/** One key for both kinds: with two, `@Public()` on a class would open a handler that requires scopes. */
const accessKey = Symbol('@auth/nestjs access')

/**
 * Who may call this handler, undefined when nobody said so. A handler that says nothing follows its class; policies of
 * both add up.
 */
export function accessOf(controller: object, handler: object): Access | undefined {
  const ofHandler = read(handler)
  const ofClass = read(controller)
  if (ofHandler === undefined || ofHandler === 'public') return ofHandler ?? ofClass
  return ofClass === undefined || ofClass === 'public' ? ofHandler : [...ofClass, ...ofHandler]
}

/**
 * Whether who may call a method was noted on it, or on the one it overrides, but not on the function that Nest will
 * call, its guard included: a decorator has put another function in its place, or a subclass its own.
 */
export function isAccessLost(prototype: object, name: string, handler: object): boolean {
  return Reflect.getMetadata(accessKey, prototype, name) !== undefined && read(handler) === undefined
}

/**
 * Notes on a class or a handler who may call it.
 *
 * @throws TypeError when the same target is declared public and requires scopes.
 */
export function declareAccess(access: Access): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const declared: object = descriptor === undefined ? target : descriptor.value
    // By name as well: a decorator between two of ours may have replaced the function that the first was noted on.
    const noted: Access | undefined = key === undefined ? undefined : Reflect.getOwnMetadata(accessKey, target, key)
    const own: Access | undefined = Reflect.getOwnMetadata(accessKey, declared) ?? noted
    if (own !== undefined && (own === 'public') !== (access === 'public')) {
      throw new TypeError(
        `${describe(target, key)} has both @Public() and @RequireScopes(…): keep one of them, a handler may differ from its class`,
      )
    }
    const combined = combine(read(declared) ?? noted, access)
    Reflect.defineMetadata(accessKey, combined, declared)
    if (key !== undefined) Reflect.defineMetadata(accessKey, combined, target, key)
  }
}

/** Policies add up, also those of a class that is extended: a subclass cannot loosen them by naming others. */
function combine(existing: Access | undefined, added: Access): Access {
  return added === 'public' || existing === undefined || existing === 'public' ? added : [...existing, ...added]
}

function read(target: object): Access | undefined {
  return Reflect.getMetadata(accessKey, target)
}

function describe(target: object, key: string | symbol | undefined): string {
  return typeof target === 'function' ? target.name : `${target.constructor.name}.${String(key)}`
}
