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
      const shared: unknown = context.getArgs().at(-2)
      const request = member(shared, 'req')
      if (!isNativeRequest(request)) return ofConnection(request) ?? ofConnection(shared)
      const carrier = nativeRequest(request)
      return { carrier, request: requestLike(carrier) }
    },
    refuse: (error) =>
      new GraphQLError(error.message, {
        extensions: { code: codes[error.status], ...refusalData(error) },
        originalError: error,
      }),
    check: checkFields,
  }
}

/** What `graphql-ws` keeps of a connection. */
function ofConnection(connection: unknown): Arrival | undefined {
  const opened = member(connection, 'extra', 'request')
  const socket = member(connection, 'extra', 'socket')
  if (!isNativeRequest(opened) || typeof socket !== 'object' || socket === null) return undefined
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
