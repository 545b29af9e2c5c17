import { MetadataScanner, type ModulesContainer } from '@nestjs/core'

/** A controller's class, or one of its methods: what decorators note things on. */
export type Target = abstract new (...parameters: never) => object

/** One method of a controller. */
export interface Handler {
  readonly controller: Target
  readonly method: Target
  readonly name: string
}

/** Every method of every controller of an application. */
export function handlersOf(modules: ModulesContainer): readonly Handler[] {
  const wrappers = [...modules.values()].flatMap((module) => [...module.controllers.values()])
  const controllers = new Set(wrappers.map(({ metatype }): unknown => metatype).filter(isTarget))
  return [...controllers].flatMap(methodsOf)
}

export function isTarget(value: unknown): value is Target {
  return typeof value === 'function'
}

function methodsOf(controller: Target): readonly Handler[] {
  const prototype: Readonly<Record<string, unknown>> = controller.prototype
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const method = prototype[name]
    return isTarget(method) ? [{ controller, method, name }] : []
  })
}
