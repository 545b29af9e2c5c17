import { PATH_METADATA } from '@nestjs/common/constants.js'
import type { ModulesContainer } from '@nestjs/core'
import { accessOf, isAccessLost } from './access.js'
import { guardedBy } from './guarded.js'
import { type Handler, handlersOf } from './handlers.js'
import { ScopeGuard } from './scope.guard.js'
import { isStepUpLost } from './step-ups.js'
import { isVerifierToken } from './verifier.js'
import { isVerifierLost, verifierNameOf } from './verifier-choice.js'

/** What makes a method one that is called from outside: a route, a message or an event, a field of GraphQL. */
const entryMetadata = [
  PATH_METADATA,
  'microservices:pattern',
  'websockets:message_mapping',
  'graphql:resolver_type',
  'graphql:resolve_property',
]

/** Names the handlers that `ScopeGuard` will refuse because nobody said who may call them, as far as it can be seen. */
export function handlersWithoutPolicy(modules: ModulesContainer): readonly string[] {
  return handlersOf(modules)
    .filter(({ method }) => Reflect.hasMetadata(PATH_METADATA, method))
    .filter(guardedBy(modules, ScopeGuard))
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
