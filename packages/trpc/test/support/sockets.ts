import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { AnyTRPCRouter } from '@trpc/server'
import { applyWSSHandler, type WSSHandlerOptions } from '@trpc/server/adapters/ws'
import { WebSocketServer } from 'ws'
import type { Listening } from './server.js'

export type { Listening } from './server.js'

/** Serves a router by WebSocket on a free port. */
export async function listenWs<R extends AnyTRPCRouter>(
  options: Omit<WSSHandlerOptions<R>, 'wss'>,
): Promise<Listening> {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(wss, 'listening')
  applyWSSHandler<R>({ ...options, wss } as WSSHandlerOptions<R>)
  const { port } = wss.address() as AddressInfo
  return {
    url: `ws://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const client of wss.clients) client.terminate()
      wss.close()
      await once(wss, 'close')
    },
  }
}
