import type { TokenClientEvent } from '../../src/client/events.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import type { TokenClient } from '../../src/client/token-client.js'
import { clientOf } from './client.js'
import { type TestClock, testClock } from './clock.js'
import { type Handler, type LocalServer, serve, tokenAnswer } from './local-server.js'

/** An authorization server and a client of it, in simulated time. */
export interface Started extends AsyncDisposable {
  readonly server: LocalServer
  readonly clock: TestClock
  readonly client: TokenClient
  readonly events: readonly TokenClientEvent[]
  /** Resolves when an event of this type has been told for the n-th time. */
  readonly told: (type: TokenClientEvent['type'], n?: number) => Promise<void>
}

/** Starts both. @param handler answers token requests. @default a token of an hour, another one each time */
export async function started(handler: Handler = tokenAnswer(), options: TokenClientOptions = {}): Promise<Started> {
  const server = await serve(handler)
  const clock = testClock()
  const events: TokenClientEvent[] = []
  const waiting = new Set<() => void>()
  const onEvent = (event: TokenClientEvent): void => {
    events.push(event)
    for (const look of waiting) look()
  }
  return {
    server,
    clock,
    client: clientOf(server.origin, { now: clock.now, onEvent, ...options }),
    events,
    told: (type, n = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (events.filter((event) => event.type === type).length < n) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
