import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RunningApi } from '../src/index.js'

/** An API that gives everybody the same answer. */
export async function startCareless(status: number): Promise<RunningApi> {
  const server = createServer((_, response) => response.writeHead(status).end('{}'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return {
    call: (route) => ({ method: 'GET', url: `http://127.0.0.1:${address.port}/${route}` }),
    close: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}
