import { MetadataScanner, type ModulesContainer } from '@nestjs/core'

/** A class of an application, or one of its methods: what decorators note things on. */
export type Target = abstract new (...parameters: never) => object

/** One method of a controller, a gateway or a resolver. */
export interface Handler {
  readonly controller: Target
  readonly method: Target
  readonly name: string
}

/** The classes of an application's controllers and providers, among which are gateways and resolvers. */
export function classesOf(modules: ModulesContainer): readonly Target[] {
  const wrappers = [...modules.values()].flatMap(({ controllers, providers }) => [
    ...controllers.values(),
    ...providers.values(),
  ])
  // A provider of a factory has that as its class.
  const classes = wrappers.filter(({ inject }) => inject == null).map(({ metatype }): unknown => metatype)
  return [...new Set(classes.filter(isTarget))]
}

/** Every method of these classes. */
export function handlersOf(modules: ModulesContainer): readonly Handler[] {
  return classesOf(modules).flatMap(methodsOf)
}

export function isTarget(value: unknown): value is Target {
  return typeof value === 'function'
}

function methodsOf(controller: Target): readonly Handler[] {
  const prototype: Readonly<Record<string, unknown>> | undefined = controller.prototype
  if (prototype === undefined) return []
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const method = prototype[name]
    return isTarget(method) ? [{ controller, method, name }] : []
  })
}
