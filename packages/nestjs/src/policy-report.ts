import { GUARDS_METADATA, PATH_METADATA } from '@nestjs/common/constants.js'
import { MetadataScanner, type ModulesContainer } from '@nestjs/core'
import { accessOf } from './access.js'
import { ScopeGuard } from './scope.guard.js'

type Class = abstract new (...parameters: never) => object

/**
 * Names the handlers that `ScopeGuard` will refuse because nobody said who may call them. It sees guards of
 * `@UseGuards` and `APP_GUARD`; those of `app.useGlobalGuards` cannot be seen from a module.
 */
export function handlersWithoutPolicy(modules: ModulesContainer): readonly string[] {
  const everywhere = isGlobalGuard(modules)
  return controllersOf(modules).flatMap((controller) =>
    routesOf(controller)
      .filter((handler) => everywhere || hasScopeGuard(controller) || hasScopeGuard(handler))
      .filter((handler) => accessOf(controller, handler) === undefined)
      .map((handler) => `${controller.name}.${handler.name}`),
  )
}

/** What is provided as `APP_GUARD` is marked as a guard; the `ScopeGuard` that a module merely exports is not. */
function isGlobalGuard(modules: ModulesContainer): boolean {
  const providers = [...modules.values()].flatMap((module) => [...module.providers.values()])
  return providers.some(({ subtype, instance }) => subtype === 'guard' && isScopeGuard(instance))
}

function controllersOf(modules: ModulesContainer): readonly Class[] {
  const wrappers = [...modules.values()].flatMap((module) => [...module.controllers.values()])
  return [...new Set(wrappers.map(({ metatype }): unknown => metatype).filter(isClass))]
}

/** The methods that Nest routes HTTP requests to. */
function routesOf(controller: Class): readonly Class[] {
  const prototype: Readonly<Record<string, unknown>> = controller.prototype
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name) => prototype[name])
    .filter(isClass)
    .filter((method) => Reflect.hasMetadata(PATH_METADATA, method))
}

function hasScopeGuard(target: object): boolean {
  const guards: readonly unknown[] = Reflect.getMetadata(GUARDS_METADATA, target) ?? []
  return guards.some(isScopeGuard)
}

/** A guard is bound as a class, Nest then makes the instance, or as an instance. */
function isScopeGuard(guard: unknown): boolean {
  return (
    guard === ScopeGuard || guard instanceof ScopeGuard || (isClass(guard) && guard.prototype instanceof ScopeGuard)
  )
}

function isClass(value: unknown): value is Class {
  return typeof value === 'function'
}
