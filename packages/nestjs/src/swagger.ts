import type { OpenApiSecurity } from '@auth/core'
import type { INestApplication } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'
import { type OpenAPIObject, type SwaggerDocumentOptions, SwaggerModule } from '@nestjs/swagger'
import { type Access, accessOf } from './access.js'
import { BearerGuard } from './bearer.guard.js'
import { guardedBy } from './guarded.js'
import { type Handler, handlersOf } from './handlers.js'
import { verifierNameOf } from './verifier-choice.js'

/** Where `@nestjs/swagger` looks for the security of a handler. */
const securityKey = 'swagger/apiSecurity'

/** Options of {@link createDocument}. */
export interface DocumentOptions extends SwaggerDocumentOptions {
  /** What the catalogue says: `scopes.toOpenApi({ … })`. */
  readonly security: OpenApiSecurity<string>
  /** The same for verifiers that have names. */
  readonly named?: Readonly<Record<string, OpenApiSecurity<string>>> | undefined
}

/**
 * As `SwaggerModule.createDocument`, with the security schemes of the catalogue, and what each operation asks for: the
 * policies of class and handler, any token where a guard asks for no scope, a token or none for `@OptionalAuth()`. An
 * `@ApiSecurity` of a handler's own stays. A method that several controllers inherit is described as for the first of them.
 *
 * @throws TypeError for a scope that is not in the catalogue, and for a named verifier without its security.
 * @example
 * const security = scopes.toOpenApi({ type: 'oauth2', flows: { clientCredentials: { tokenUrl } } })
 * SwaggerModule.setup('docs', app, createDocument(app, new DocumentBuilder().build(), { security }))
 */
export function createDocument(
  app: INestApplication,
  config: Omit<OpenAPIObject, 'paths'>,
  { security, named = {}, ...options }: DocumentOptions,
): OpenAPIObject {
  const modules = app.get(ModulesContainer)
  const schemes = [security, ...Object.values(named)].map(({ securitySchemes }) => securitySchemes)
  const components = {
    ...config.components,
    securitySchemes: Object.assign({}, config.components?.securitySchemes, ...schemes),
  }
  const guarded = guardedBy(modules, BearerGuard)
  const described = handlersOf(modules).flatMap((handler) => {
    const { controller, method } = handler
    const access = accessOf(controller, method) ?? (guarded(handler) ? [] : 'public')
    if (access === 'public' || Reflect.hasOwnMetadata(securityKey, method)) return []
    return [{ method, needed: requirements(access, securityOf(handler)) }]
  })
  try {
    for (const { method, needed } of described) Reflect.defineMetadata(securityKey, needed, method)
    return SwaggerModule.createDocument(app, { ...config, components }, options)
  } finally {
    // Another application of this process may have the same controllers, and another catalogue.
    for (const { method } of described) Reflect.deleteMetadata(securityKey, method)
  }

  function securityOf({ controller, method, name }: Handler): OpenApiSecurity<string> {
    const verifier = verifierNameOf(controller, method)
    const found = verifier === undefined ? security : named[verifier]
    if (found !== undefined) return found
    throw new TypeError(`${controller.name}.${name} uses the verifier '${verifier}', which named does not describe`)
  }
}

function requirements(
  access: Exclude<Access, 'public'> | readonly [],
  { security }: OpenApiSecurity<string>,
): readonly object[] {
  if (access === 'optional') return [{}, ...security()]
  const [policy, ...more] = access
  return policy === undefined ? security() : security({ allOf: [policy, ...more] })
}
