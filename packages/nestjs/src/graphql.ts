import type { BearerError } from '@auth/core'
import type { ModulesContainer } from '@nestjs/core'
import { GraphQLError } from 'graphql'
import { accessOf } from './access.js'
import { refusalData } from './answer.js'
import { handlersOf } from './handlers.js'
import { isNativeRequest, nativeRequest, requestLike } from './http-transport.js'
import { member } from './member.js'
import { endWith, hangUp, withAuthorization } from './sockets.js'
import type { Arrival, Transport } from './transport.js'

/** The codes that Apollo and its clients know. */
const codes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
} as const satisfies Record<BearerError['status'], string>

/**
 * Lets the guards work for queries, mutations and subscriptions of `@nestjs/graphql`. The token comes in the request, as
 * `context.req` has it; over `graphql-ws` in the request that opens the connection, or in `connectionParams` as
 * `authorization`. A connection ends when its token does.
 *
 * A refusal is a `GraphQLError` whose `extensions` hold `{ code, status, challenge, body }`. An application whose field
 * resolvers ask for scopes that nobody would look at does not start: give `GraphQLModule` the option
 * `fieldResolverEnhancers: ['guards']`.
 *
 * @example
 * AuthModule.forRoot(verifier, { transports: [graphql()] })
 */
export function graphql(): Transport {
  return {
    type: 'graphql',
    arrival: (context) => {
      // What a resolver is called with ends with the context and the info.
      const [shared, info]: readonly unknown[] = context.getArgs().slice(-2)
      const request = member(shared, 'req')
      const variables = member(info, 'variableValues')
      if (isNativeRequest(request)) {
        const carrier = nativeRequest(request)
        checkIsOwn(carrier, variables)
        return { carrier, request: requestLike(carrier) }
      }
      // Over HTTP there are none, so that nobody else's connection can be taken for this one.
      if (member(info, 'operation', 'operation') !== 'subscription') return undefined
      const connection = member(request, 'extra') === undefined ? shared : request
      if (isObject(shared) && shared !== connection && shared !== member(connection, 'extra'))
        checkIsOwn(shared, variables)
      return ofConnection(connection)
    },
    refuse: (error) =>
      new GraphQLError(error.message, {
        extensions: { code: codes[error.status], ...refusalData(error) },
        originalError: error,
      }),
    check: checkFields,
  }
}

/** The operation that each request or context was seen with, known by the variables that all its fields share. */
const operations = new WeakMap<object, unknown>()

/**
 * A context that is an object gets the request of whoever comes first, and keeps it: all others would have their token.
 *
 * @throws TypeError when a request or context comes with a second operation, so that it may be another one's.
 */
function checkIsOwn(carrier: object, operation: unknown): void {
  if (!operations.has(carrier)) operations.set(carrier, operation)
  if (operations.get(carrier) === operation) return
  throw new TypeError(
    'a request or context came with a second operation: GraphQLModule needs its context as a function, () => ({ … }), and no batches',
  )
}

/** What `graphql-ws` keeps of a connection. */
function ofConnection(connection: unknown): Arrival | undefined {
  const opened = member(connection, 'extra', 'request')
  const socket = member(connection, 'extra', 'socket')
  if (!isNativeRequest(opened) || !isObject(socket)) return undefined
  const params = ['authorization', 'Authorization'].map((name) => member(connection, 'connectionParams', name))
  const sent = params.filter((value) => typeof value === 'string')
  return {
    carrier: socket,
    request: sent.length === 0 ? requestLike(opened) : withAuthorization(opened, sent),
    // Clients connect again after 4403, with a new token then; 4401 they take for the end.
    accepted: (token) => endWith(socket, token, () => hangUp(socket, 4403, 'Forbidden')),
  }
}

/** Nest runs no guard for a field, unless it is told to. @throws TypeError for a field whose policy would be ignored. */
function checkFields(modules: ModulesContainer): void {
  const options = [...modules.values()].flatMap(({ providers }) => providers.get('GqlModuleOptions')?.instance ?? [])
  const enhancers = options.map((each: unknown) => member(each, 'fieldResolverEnhancers'))
  if (enhancers.length > 0 && enhancers.every((each) => Array.isArray(each) && each.includes('guards'))) return
  const ignored = handlersOf(modules)
    .filter(({ method }) => Reflect.getMetadata('graphql:resolve_property', method) === true)
    .find(({ controller, method }) => typeof accessOf(controller, method) === 'object')
  if (ignored === undefined) return
  throw new TypeError(
    `${ignored.controller.name}.${ignored.name} asks for scopes that nobody looks at: give GraphQLModule the option fieldResolverEnhancers: ['guards']`,
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
