import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import { type ConformanceConfig, type RunningApi, runConformance } from '@auth/testing'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { Controller, type DynamicModule, Module, type Provider, UseGuards } from '@nestjs/common'
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius'
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices'
import { WsAdapter } from '@nestjs/platform-ws'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { firstValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { graphql } from '../src/graphql.js'
import { AuthModule, BearerGuard, RequireScopes, RequireStepUp } from '../src/index.js'
import { microservices } from '../src/microservices.js'
import { BearerGateway, websockets } from '../src/websockets.js'
import { type Platform, startApp } from './support/app.js'
import { verifierFor } from './support/conformance.js'

type Read = NonNullable<RunningApi['read']>

/** A refusal as it stands in an exception's data, or in extensions. */
interface Refusal {
  readonly status: number
  readonly challenge?: string
  readonly body: unknown
}

function answerOf(refusal: Refusal | undefined): ReturnType<Read> {
  if (refusal === undefined) return { status: 200, challenge: undefined, body: undefined }
  return { status: refusal.status, challenge: refusal.challenge, body: JSON.stringify(refusal.body) }
}

const inExtensions: Read = ({ body }) => {
  const { errors: [error] = [] }: { errors?: { extensions: Refusal }[] } = JSON.parse(body)
  return answerOf(error?.extensions)
}

const inException: Read = ({ body }) => {
  const { event, data }: { event: string; data: Refusal } = JSON.parse(body)
  return answerOf(event === 'exception' ? data : undefined)
}

const apollo: DynamicModule = GraphQLModule.forRoot<ApolloDriverConfig>({
  driver: ApolloDriver,
  autoSchemaFile: true,
  csrfPrevention: false,
  includeStacktraceInErrorResponses: false,
})

const mercurius: DynamicModule = GraphQLModule.forRoot<MercuriusDriverConfig>({
  driver: MercuriusDriver,
  autoSchemaFile: true,
})

async function startGraphql(api: DynamicModule, platform: Platform, config: ConformanceConfig): Promise<RunningApi> {
  @Resolver()
  class RoutesResolver {
    @Query(() => String)
    @UseGuards(BearerGuard)
    authenticated(): string {
      return ''
    }

    @Query(() => String)
    @RequireScopes('accounts:read')
    read(): string {
      return ''
    }

    @Query(() => String)
    @RequireScopes('accounts:write')
    write(): string {
      return ''
    }

    @Query(() => String)
    @RequireScopes('accounts:read')
    @RequireStepUp(config.stepUp)
    recent(): string {
      return ''
    }
  }
  @Module({
    imports: [AuthModule.forRoot(verifierFor(config), { transports: [graphql()] }), api],
    providers: [RoutesResolver],
  })
  class AppModule {}
  const { app, url } = await startApp(platform, AppModule)
  const call: RunningApi['call'] = (route) => ({ method: 'GET', url: `${url}/graphql?query={${route}}` })
  return { call, read: inExtensions, close: () => app.close() }
}

/** A gateway with a path of its own, whose class asks for what the route does. */
function gatewayAt(path: string, ...decorators: readonly ClassDecorator[]): Provider {
  @WebSocketGateway({ path })
  class Gateway extends BearerGateway {
    @SubscribeMessage('ping')
    ping() {
      return { event: 'pong', data: {} }
    }
  }
  for (const decorate of decorators) decorate(Gateway)
  return Gateway
}

async function startSockets(config: ConformanceConfig): Promise<RunningApi> {
  const read: ClassDecorator = RequireScopes('accounts:read')
  @Module({
    imports: [AuthModule.forRoot(verifierFor(config), { transports: [websockets()] })],
    providers: [
      gatewayAt('/authenticated'),
      gatewayAt('/read', read),
      gatewayAt('/write', RequireScopes('accounts:write')),
      gatewayAt('/recent', read, RequireStepUp(config.stepUp)),
    ],
  })
  class AppModule {}
  const { app, url } = await startApp(
    'express',
    AppModule,
    (made) => void made.useWebSocketAdapter(new WsAdapter(made)),
  )
  const bridge = await startBridge((request) => firstMessage(url, request))
  const close = async (): Promise<void> => {
    await bridge.close()
    await app.close()
  }
  return { call: (route) => ({ method: 'GET', url: `${bridge.url}/${route}` }), read: inException, close }
}

async function startMicroservice(config: ConformanceConfig): Promise<RunningApi> {
  @Controller()
  class RoutesController {
    @MessagePattern('authenticated')
    @UseGuards(BearerGuard)
    authenticated() {
      return {}
    }

    @MessagePattern('read')
    @RequireScopes('accounts:read')
    read() {
      return {}
    }

    @MessagePattern('write')
    @RequireScopes('accounts:write')
    write() {
      return {}
    }

    @MessagePattern('recent')
    @RequireScopes('accounts:read')
    @RequireStepUp(config.stepUp)
    recent() {
      return {}
    }
  }
  // In the data, where it is on every version of NestJS.
  const transport = microservices({ authorization: (context) => context.switchToRpc().getData().authorization })
  @Module({
    imports: [AuthModule.forRoot(verifierFor(config), { transports: [transport] })],
    controllers: [RoutesController],
  })
  class AppModule {}
  const { app } = await startApp('express', AppModule)
  const options = { host: '127.0.0.1', port: 0 }
  const service = app.connectMicroservice({ transport: Transport.TCP, options })
  await app.startAllMicroservices()
  const server: { readonly address: () => { readonly port: number } } = service.unwrap()
  const { port } = server.address()
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { ...options, port } })
  const bridge = await startBridge(async ({ url = '/', headersDistinct }) => {
    const [route = ''] = url.slice(1).split('?')
    const answer = client.send<object>(route, { authorization: headersDistinct.authorization?.join(', ') })
    return await firstValueFrom(answer).then(
      () => '{}',
      (refusal: unknown) => JSON.stringify({ event: 'exception', data: refusal }),
    )
  })
  const close = async (): Promise<void> => {
    await bridge.close()
    await client.close()
    await app.close()
  }
  return { call: (route) => ({ method: 'GET', url: `${bridge.url}/${route}` }), read: inException, close }
}

/** Takes each request, carries it elsewhere, and answers with what comes back. */
async function startBridge(
  carry: (request: IncomingMessage) => Promise<string>,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    carry(request).then(
      (message) => response.end(message),
      // What does not get there is said, not waited for.
      (error: unknown) => response.writeHead(502).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const close = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, close }
}

/** Opens a WebSocket with the path and the fields of a request, and waits for what is said first. */
async function firstMessage(target: string, { url = '/', headersDistinct }: IncomingMessage): Promise<string> {
  const { host: _, connection: __, ...fields } = headersDistinct
  const headers = Object.fromEntries(Object.entries(fields).map(([name, values = []]) => [name, [...values]]))
  const socket = new WebSocket(target.replace('http', 'ws') + url, { headers })
  socket.once('open', () => socket.send('{"event":"ping"}'))
  const [message] = await once(socket, 'message')
  socket.close()
  return String(message)
}

test.for<[name: string, start: (config: ConformanceConfig) => Promise<RunningApi>, dpop: boolean]>([
  ['GraphQL of Apollo on Express', (config) => startGraphql(apollo, 'express', config), true],
  ['GraphQL of Mercurius on Fastify', (config) => startGraphql(mercurius, 'fastify', config), true],
  ['a gateway', startSockets, true],
  // A proof is made for a method and a URL, which messages have not.
  ['a microservice', startMicroservice, false],
])('%s conforms', { timeout: 60_000 }, async ([name, start, dpop]) => {
  const results = await runConformance({ name, start, dpop, stepUp: true })
  const differences = results.filter(({ expected, seen }) => !isDeepStrictEqual(seen, expected))
  console.info(`NestJS, ${name}: ${results.length} cases, ${differences.length} differences`)
  expect(results.length).toBeGreaterThan(30)
  expect(differences).toEqual([])
})
