import type { ExecutionContext } from '@nestjs/common'
import { RpcException } from '@nestjs/microservices'
import { refusalData } from './answer.js'
import type { Transport } from './transport.js'

/** Options of {@link microservices}. */
export interface MicroservicesOptions {
  /**
   * Finds what a message brings as an `Authorization` field, `'Bearer …'`, where it is elsewhere than in the metadata of
   * its transport: in the data, for instance. @default the metadata `authorization`
   */
  readonly authorization?: ((context: ExecutionContext) => string | undefined) | undefined
}

/**
 * Lets the guards work for the messages and events of microservices, and of hybrid applications. A token comes in the
 * metadata of the message, as `authorization`: gRPC metadata; headers of Kafka, NATS and RabbitMQ; user properties of
 * MQTT 5; metadata of a TCP or Redis packet (NestJS 12). A refusal is an `RpcException` with `{ status, challenge, body }`.
 *
 * @example
 * AuthModule.forRoot(verifier, { transports: [microservices()] })
 */
export function microservices({ authorization = inMetadata }: MicroservicesOptions = {}): Transport {
  return {
    type: 'rpc',
    arrival: (context) => {
      const carrier: unknown = context.switchToRpc().getContext()
      if (!isObject(carrier)) return undefined
      return { carrier, request: { headers: { authorization: authorization(context) } } }
    },
    refuse: (error) => Object.assign(new RpcException(refusalData(error)), { cause: error }),
  }
}

/** Each transport has its own place for what goes beside the data. */
function inMetadata(context: ExecutionContext): string | undefined {
  const message: unknown = context.switchToRpc().getContext()
  if (!isObject(message)) return undefined
  const places = [message, call(message, 'getMetadata'), call(message, 'getHeaders'), ...envelopes(message)]
  // All of them, so that a token sent twice is refused.
  const sent = places.flatMap(fieldsOf).flatMap(textOf)
  return sent.length === 0 ? undefined : sent.join(', ')
}

/** Kafka and RabbitMQ hand out the message, MQTT the packet. */
function envelopes(message: object): readonly unknown[] {
  const [record, packet] = [call(message, 'getMessage'), call(message, 'getPacket')]
  return [
    read(record, 'headers'),
    read(read(record, 'properties'), 'headers'),
    read(read(packet, 'properties'), 'userProperties'),
  ]
}

/** NATS and gRPC keep fields behind a `get`, of which only the former cares about the case of names. */
function fieldsOf(place: unknown): readonly unknown[] {
  if (!isObject(place)) return []
  const get: unknown = Reflect.get(place, 'get')
  if (typeof get !== 'function') return names.flatMap((name) => read(place, name))
  const [first = [], second = []] = names.map((name) => [Reflect.apply(get, place, [name])].flat().flatMap(textOf))
  return first.length > 0 ? first : second
}

const names = ['authorization', 'Authorization'] as const

function read(place: unknown, name: string): unknown {
  return isObject(place) ? Object.getOwnPropertyDescriptor(place, name)?.value : undefined
}

function call(place: object, method: string): unknown {
  const value: unknown = Reflect.get(place, method)
  return typeof value === 'function' ? Reflect.apply(value, place, []) : undefined
}

/** Kafka has bytes. NATS says '' of what is not there. */
function textOf(value: unknown): string[] {
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : value
  return typeof text === 'string' && text !== '' ? [text] : []
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
