import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Stands between clients and a Redis. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number
  /** Lets so many bytes of answers pass, over all connections, then cuts every connection; new ones are let through. */
  readonly cutAfter: (bytes: number) => void
}

export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let left = Number.POSITIVE_INFINITY
  const server = createServer((client) => {
    const redis = connect(target, '127.0.0.1')
    for (const socket of [client, redis]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    }
    client.pipe(redis)
    redis.on('data', (chunk: Buffer) => {
      client.write(chunk.subarray(0, left))
      left -= chunk.length
      if (left > 0) return
      left = Number.POSITIVE_INFINITY
      for (const socket of sockets) socket.destroySoon()
    })
    redis.on('end', () => client.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutAfter: (bytes) => {
      left = bytes
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
