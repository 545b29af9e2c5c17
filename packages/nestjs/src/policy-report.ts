import { GUARDS_METADATA, PATH_METADATA } from '@nestjs/common/constants.js'
import type { ModulesContainer } from '@nestjs/core'
import { accessOf, isAccessLost } from './access.js'
import { type Handler, handlersOf, isTarget } from './handlers.js'
import { ScopeGuard } from './scope.guard.js'

/**
 * Names the handlers that `ScopeGuard` will refuse because nobody said who may call them. It sees guards of
 * `@UseGuards` and `APP_GUARD`; those of `app.useGlobalGuards` cannot be seen from a module.
 */
export function handlersWithoutPolicy(modules: ModulesContainer): readonly string[] {
  const everywhere = isGlobalGuard(modules)
  return handlersOf(modules)
    .filter(({ method }) => Reflect.hasMetadata(PATH_METADATA, method))
    .filter(({ controller, method }) => everywhere || hasScopeGuard(controller) || hasScopeGuard(method))
    .filter(({ controller, method }) => accessOf(controller, method) === undefined)
    .map(nameOf)
}

/**
 * Refuses handlers that a decorator above `@RequireScopes` has replaced: they would be open.
 *
 * @throws TypeError naming the first one.
 */
export function checkNothingIsLost(modules: ModulesContainer): void {
  const lost = handlersOf(modules).find(({ owner, name, method }) => isAccessLost(owner, name, method))
  if (lost === undefined) return
  throw new TypeError(
    `${nameOf(lost)}: a decorator has replaced the method without its metadata, so its @RequireScopes(…) or @Public() is lost; move them above that decorator`,
  )
}

function nameOf({ controller, name }: Handler): string {
  return `${controller.name}.${name}`
}

/** What is provided as `APP_GUARD` is marked as a guard; the `ScopeGuard` that a module merely exports is not. */
function isGlobalGuard(modules: ModulesContainer): boolean {
  const providers = [...modules.values()].flatMap((module) => [...module.providers.values()])
  return providers.some(({ subtype, instance }) => subtype === 'guard' && isScopeGuard(instance))
}

function hasScopeGuard(target: object): boolean {
  const guards: readonly unknown[] = Reflect.getMetadata(GUARDS_METADATA, target) ?? []
  return guards.some(isScopeGuard)
}

/** A guard is bound as a class, Nest then makes the instance, or as an instance. */
function isScopeGuard(guard: unknown): boolean {
  return (
    guard === ScopeGuard || guard instanceof ScopeGuard || (isTarget(guard) && guard.prototype instanceof ScopeGuard)
  )
}
