import type { AccessToken } from '@auth/core'
import { Controller, type ExecutionContext, Get, Module, type Type } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import {
  type ClientProxy,
  ClientProxyFactory,
  KafkaContext,
  MessagePattern,
  MqttContext,
  NatsContext,
  Payload,
  RmqContext,
  Transport,
} from '@nestjs/microservices'
import { firstValueFrom } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { AuthModule, OptionalAuth, Public, RequireScopes, ScopeGuard, Token } from '../src/index.js'
import { type MicroservicesOptions, microservices } from '../src/microservices.js'
import { call, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()
const reader = await issuer.bearer('accounts:read')
const scopeless = await issuer.bearer('')
const expired = await issuer.bearer('', { exp: 1_700_000_000, iat: 1_600_000_000 })

interface Envelope {
  readonly authorization?: string | undefined
}

@Controller()
class AccountsController {
  @Get()
  @MessagePattern('accounts')
  @RequireScopes('accounts:read')
  list(@Payload() _data: Envelope, @Token('subject') subject: string | undefined) {
    return { subject }
  }

  @MessagePattern('greet')
  @OptionalAuth()
  greet(@Token() token: AccessToken | undefined) {
    return { hello: token?.subject ?? 'stranger' }
  }

  @MessagePattern('health')
  @Public()
  health() {
    return { status: 'ok' }
  }

  @MessagePattern('forgotten')
  forgotten() {
    return { secret: true }
  }
}

/** The same on every version of NestJS: TCP packets have metadata from 12 on. */
const inData: MicroservicesOptions = {
  authorization: (context) => context.switchToRpc().getData<Envelope>().authorization,
}

function appOf(options: Parameters<typeof AuthModule.forRoot>[1]): Type {
  @Module({
    imports: [AuthModule.forRoot(issuer.verifier(), options)],
    controllers: [AccountsController],
    providers: [{ provide: APP_GUARD, useExisting: ScopeGuard }],
  })
  class AppModule {}
  return AppModule
}

async function startHybrid(options: Parameters<typeof AuthModule.forRoot>[1]) {
  const running = await startApp('express', appOf(options))
  const service = running.app.connectMicroservice(
    { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } },
    { inheritAppConfig: true },
  )
  await running.app.startAllMicroservices()
  const server: { readonly address: () => { readonly port: number } } = service.unwrap()
  const { port } = server.address()
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } })
  return {
    ...running,
    client,
    async [Symbol.asyncDispose]() {
      await client.close()
      await running.app.close()
    },
  }
}

async function send(client: ClientProxy, pattern: string, data: Envelope): Promise<unknown> {
  return await firstValueFrom(client.send<unknown>(pattern, data)).catch((refusal: unknown) => ({ refusal }))
}

test('a hybrid application answers messages as it answers requests', async () => {
  await using running = await startHybrid({ transports: [microservices(inData)] })
  const { client } = running
  expect(await send(client, 'accounts', { authorization: reader })).toEqual({ subject: 'ada' })
  expect(await send(client, 'health', {})).toEqual({ status: 'ok' })
  expect(await send(client, 'greet', {})).toEqual({ hello: 'stranger' })
  expect(await send(client, 'greet', { authorization: scopeless })).toEqual({ hello: 'ada' })
  for (const [authorization] of [[undefined], [scopeless], [expired], ['Bearer garbage'], ['Bearer']] as const) {
    const { status, challenge, body } = await call(running.url, authorization === undefined ? [] : [authorization])
    expect(status).toBeGreaterThan(399)
    expect(await send(client, 'accounts', { authorization })).toEqual({
      refusal: { status, challenge, body: JSON.parse(body) },
    })
  }
  expect(await send(client, 'forgotten', { authorization: reader })).toMatchObject({
    refusal: { message: 'Forbidden resource' },
  })
})

test('without the transport every message is denied that is not public', async () => {
  await using running = await startHybrid({})
  const denied = { refusal: expect.objectContaining({ message: 'Forbidden resource' }) }
  expect(await send(running.client, 'accounts', { authorization: reader })).toEqual(denied)
  expect(await send(running.client, 'greet', {})).toEqual(denied)
  expect(await send(running.client, 'health', {})).toEqual({ status: 'ok' })
})

describe('a token in the metadata of a message', () => {
  const [, token = ''] = reader.split(' ')
  const headers = { authorization: reader }
  /** What NATS and gRPC make of headers. */
  const map = (entries: Readonly<Record<string, unknown>>, missing: unknown) => ({
    get: (name: string) => entries[name] ?? missing,
  })
  // The clients of these transports are not installed: contexts of Nest's own, with messages as their clients make them.
  const kafka = (sent: object): object => Reflect.construct(KafkaContext, [[{ headers: sent }]])
  const rmq = (sent: object): object => Reflect.construct(RmqContext, [[{ properties: { headers: sent } }]])
  const mqtt = (sent: object): object =>
    Reflect.construct(MqttContext, [['t', { properties: { userProperties: sent } }]])
  const nats = (sent: object): object => Reflect.construct(NatsContext, [['subject', sent]])

  test.for<[name: string, message: object, found: string | undefined]>([
    ['Kafka, as bytes', kafka({ authorization: Buffer.from(reader) }), reader],
    ['Kafka, none', kafka({}), undefined],
    ['RabbitMQ', rmq(headers), reader],
    ['MQTT 5', mqtt(headers), reader],
    ['MQTT 5, twice', mqtt({ authorization: [reader, reader] }), `${reader}, ${reader}`],
    ['NATS', nats(map(headers, '')), reader],
    ['NATS, by its other name', nats(map({ Authorization: reader }, '')), reader],
    ['NATS, none', nats(map({}, '')), undefined],
    ['gRPC', map({ authorization: [reader], Authorization: [reader] }, []), reader],
    ['gRPC, twice', map({ authorization: [reader, reader] }, []), `${reader}, ${reader}`],
    ['gRPC, none', map({}, []), undefined],
    ['a packet of TCP or Redis', { getMetadata: () => headers }, reader],
    ['one inherited', { getMetadata: () => Object.create(headers) }, undefined],
    ['a token without its scheme is sent as it is', { getMetadata: () => ({ authorization: token }) }, token],
  ])('%s', ([, message, found]) => {
    const context: ExecutionContext = new ExecutionContextHost([{}, message])
    expect(microservices().arrival(context)).toEqual({
      carrier: message,
      request: { headers: { authorization: found } },
    })
  })

  test('of a context that is none: nothing arrives', () => {
    expect(microservices().arrival(new ExecutionContextHost([{}]))).toBeUndefined()
  })
})
