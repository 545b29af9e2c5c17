import { GUARDS_METADATA, PATH_METADATA } from '@nestjs/common/constants.js'
import type { ModulesContainer } from '@nestjs/core'
import { accessOf, isAccessLost } from './access.js'
import { type Handler, handlersOf, isTarget } from './handlers.js'
import { ScopeGuard } from './scope.guard.js'
import { isStepUpLost } from './step-ups.js'
import { isVerifierToken } from './verifier.js'
import { isVerifierLost, verifierNameOf } from './verifier-choice.js'

/** What makes a method one that is called from outside: a route, or in a hybrid application a message or an event. */
const entryMetadata = [PATH_METADATA, 'microservices:pattern']

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
 * Refuses routes and message handlers whose policy is on another function than the one that answers: they would be open.
 *
 * @throws TypeError naming the first one.
 */
export function checkNothingIsLost(modules: ModulesContainer): void {
  const lost = handlersOf(modules)
    .filter(({ method }) => entryMetadata.some((key) => Reflect.hasMetadata(key, method)))
    .find(({ controller: { prototype }, name, method }) =>
      [isAccessLost, isStepUpLost, isVerifierLost].some((isLost) => isLost(prototype, name, method)),
    )
  if (lost === undefined) return
  throw new TypeError(
    `${nameOf(lost)}: its @RequireScopes(…), @RequireStepUp(…), @Public(), @OptionalAuth() or @UseVerifier(…) is lost, because a decorator has replaced the method without its metadata, or a subclass overrides it; move them above that decorator, or repeat them on the overriding method`,
  )
}

/**
 * Refuses a verifier that would be made for each request: its keys would be fetched each time, at anybody's bidding.
 *
 * @throws TypeError
 */
export function checkVerifierIsShared(modules: ModulesContainer): void {
  const providers = [...modules.values()].flatMap((module) => [...module.providers.values()])
  const verifiers = providers.filter(({ token }) => isVerifierToken(token))
  if (verifiers.every((verifier) => verifier.isDependencyTreeStatic())) return
  throw new TypeError(
    'AuthModule.forRootAsync injects something that is made for each request, and so would be the verifier, fetching its keys each time; inject nothing that is request-scoped',
  )
}

/**
 * Refuses handlers that name a verifier nobody has.
 *
 * @throws TypeError naming the first one.
 */
export function checkVerifiersExist(modules: ModulesContainer, verifiers: ReadonlyMap<string, unknown>): void {
  for (const handler of handlersOf(modules)) {
    const name = verifierNameOf(handler.controller, handler.method)
    if (name === undefined || verifiers.has(name)) continue
    throw new TypeError(
      `${nameOf(handler)}: no verifier is named '${name}'; add AuthModule.forRoot(…, { name: '${name}' })`,
    )
  }
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
