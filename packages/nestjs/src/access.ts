import type { Policy } from '@auth/core'
import { createNote, type Note } from './note.js'

/** Who may call a handler: everybody, everybody who sends no bad token, or whoever satisfies all of these policies. */
export type Access = 'public' | 'optional' | readonly [Policy, ...Policy[]]

/** One note for all kinds: with several, `@Public()` on a class would open a handler that requires scopes. */
const accessNote: Note<Access> = createNote('access')

/**
 * Who may call this handler, undefined when nobody said so. A handler that says nothing follows its class; policies of
 * both add up.
 */
export function accessOf(controller: object, handler: object): Access | undefined {
  const ofHandler = accessNote.read(handler)
  const ofClass = accessNote.read(controller)
  if (!isPolicies(ofHandler)) return ofHandler ?? ofClass
  return isPolicies(ofClass) ? [...ofClass, ...ofHandler] : ofHandler
}

/**
 * Whether who may call a method was noted on it, or on the one it overrides, but not on the function that Nest will
 * call, its guard included: a decorator has put another function in its place, or a subclass its own.
 */
export function isAccessLost(prototype: object, name: string, handler: object): boolean {
  return accessNote.isLost(prototype, name, handler)
}

/**
 * Notes on a class or a handler who may call it.
 *
 * @throws TypeError when the same target has another kind of access already.
 */
export function declareAccess(access: Access): ClassDecorator & MethodDecorator {
  return accessNote.write(({ own, inherited }, where) => {
    if (own !== undefined && kindOf(own) !== kindOf(access)) {
      const kinds = `${kindOf(access)} and ${kindOf(own)}`
      throw new TypeError(`${where} has both ${kinds}: keep one of them, a handler may differ from its class`)
    }
    return combine(inherited, access)
  })
}

/** Policies add up, also those of a class that is extended: a subclass cannot loosen them by naming others. */
function combine(existing: Access | undefined, added: Access): Access {
  return isPolicies(added) && isPolicies(existing) ? [...existing, ...added] : added
}

function isPolicies(access: Access | undefined): access is Exclude<Access, string> {
  return access !== undefined && typeof access !== 'string'
}

function kindOf(access: Access): string {
  if (isPolicies(access)) return '@RequireScopes(…)'
  return access === 'public' ? '@Public()' : '@OptionalAuth()'
}
