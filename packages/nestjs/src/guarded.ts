import { GUARDS_METADATA } from '@nestjs/common/constants.js'
import type { ModulesContainer } from '@nestjs/core'
import type { BearerGuard } from './bearer.guard.js'
import { type Handler, isTarget, type Target } from './handlers.js'

/**
 * Tells whether a handler is behind a guard of this class, or of one that extends it. It sees guards of `@UseGuards` and
 * `APP_GUARD`; those of `app.useGlobalGuards` cannot be seen from a module.
 */
export function guardedBy(
  modules: ModulesContainer,
  guard: typeof BearerGuard,
): (handler: Pick<Handler, 'controller' | 'method'>) => boolean {
  const everywhere = isGlobal(modules, guard)
  return ({ controller, method }) => everywhere || isOn(controller, guard) || isOn(method, guard)
}

/** What is provided as `APP_GUARD` is marked as a guard; the one that a module merely exports is not. */
function isGlobal(modules: ModulesContainer, guard: typeof BearerGuard): boolean {
  const providers = [...modules.values()].flatMap((module) => [...module.providers.values()])
  return providers.some(({ subtype, instance }) => subtype === 'guard' && isA(instance, guard))
}

function isOn(target: Target, guard: typeof BearerGuard): boolean {
  const guards: readonly unknown[] = Reflect.getMetadata(GUARDS_METADATA, target) ?? []
  return guards.some((each) => isA(each, guard))
}

/** A guard is bound as a class, Nest then makes the instance, or as an instance. */
function isA(value: unknown, guard: typeof BearerGuard): boolean {
  return value === guard || value instanceof guard || (isTarget(value) && value.prototype instanceof guard)
}
