import { type Resource, resources, schemas, scopes } from 'accounts'
import { z } from 'zod'

const { securitySchemes, security } = scopes.toOpenApi({
  type: 'http',
  description: 'An access token with the scopes of the operation',
})

/**
 * The procedures as HTTP sees them, an OpenAPI document for whoever has no client of tRPC's. One call a request: how
 * calls are batched is between tRPC's server and its client.
 *
 * @param basePath where the procedures are, `/trpc/` for instance.
 */
export function createDocument(basePath: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Accounts API', version: '1.0' },
    components: { securitySchemes, schemas: components() },
    paths: Object.fromEntries(resources.flatMap((resource) => pathsOf(basePath, resource))),
  }
}

function pathsOf(basePath: string, resource: Resource): [path: string, item: object][] {
  const { input, entity } = schemas[resource]
  const operation = (name: string, verb: 'read' | 'write', answer: object, more: object = {}): object => ({
    tags: [resource],
    operationId: `${resource}.${name}`,
    security: security(`${resource}:${verb}`),
    responses: {
      200: { description: 'What the procedure answers', ...json(members({ result: members({ data: answer }) })) },
    },
    ...more,
  })
  const id = { name: 'input', in: 'query', required: true, ...json(members({ id: { type: 'string' } })) }
  const list = operation('list', 'read', { type: 'array', items: reference(entity) })
  const get = operation('get', 'read', reference(entity), { parameters: [id] })
  const create = operation('create', 'write', reference(entity), {
    requestBody: { required: true, ...json(reference(input)) },
  })
  return [
    [`${basePath}${resource}.list`, { get: list }],
    [`${basePath}${resource}.get`, { get }],
    [`${basePath}${resource}.create`, { post: create }],
  ]
}

function json(schema: object): object {
  return { content: { 'application/json': { schema } } }
}

function members(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', properties, required: Object.keys(properties) }
}

function reference(schema: z.ZodType): object {
  return { $ref: uriOf(schema.meta()?.id) }
}

/** The schemas that have a name, which a document does not repeat within each. */
function components(): object {
  const named = z.toJSONSchema(z.globalRegistry, { uri: uriOf }).schemas
  return Object.fromEntries(Object.entries(named).map(([name, { $schema, $id, ...schema }]) => [name, schema]))
}

function uriOf(name: string | undefined): string {
  return `#/components/schemas/${name}`
}
