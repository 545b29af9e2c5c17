import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Environment } from './verifier.js'

/** What each of the APIs can be told. */
export interface StartOptions {
  /** @default 0, any free one */
  readonly port?: number | undefined
  /** What `verifierFrom` reads, and `ACCOUNTS_DB`, the store's file. @default process.env */
  readonly env?: Environment | undefined
}

/** An API that is up. */
export interface RunningApi {
  readonly url: string
  close(): Promise<void>
}

/**
 * Lets a server listen on 127.0.0.1.
 *
 * @param end called when it is closed and its last connection gone, or when it cannot listen.
 */
export async function listen(server: Server, port: number, end: () => void): Promise<RunningApi> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    end()
    throw error
  }
  const close = async (): Promise<void> => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    end()
  }
  return { url: `http://127.0.0.1:${portOf(server)}`, close }
}

/** Runs an API as a process: on `PORT`, until it is told to stop. What is wrong with its environment is said in a line. */
export async function runAsProcess(start: (options: StartOptions) => Promise<RunningApi>): Promise<void> {
  try {
    const api = await start({ port: Number(process.env.PORT ?? 3000) })
    console.log(`The Accounts API is at ${api.url}`)
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void api.close())
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port')
  return address.port
}
