import { once } from 'node:events'
import type { Server } from 'node:http'
import type { DestinationStream } from 'pino'
import { type Logger, requestLog } from './log.js'
import type { Environment } from './verifier.js'

/** What each of the APIs can be told. */
export interface StartOptions {
  /** @default 0, any free one */
  readonly port?: number | undefined
  /** What `verifierFrom` and `createLog` read, and `ACCOUNTS_DB`, the store's file. @default process.env */
  readonly env?: Environment | undefined
  /** Where the log goes. @default the standard output */
  readonly log?: DestinationStream | undefined
}

/** An API that is up. */
export interface RunningApi {
  readonly url: string
  /** Takes no more requests, and answers first what has begun. */
  close(): Promise<void>
}

/** How long an answer that has begun may take once the server is to close, in milliseconds. */
const patience = 10_000

/**
 * Lets a server listen on 127.0.0.1, and its requests be logged.
 *
 * @param end called when it is closed and its last connection gone, or when it cannot listen.
 */
export async function listen(server: Server, port: number, logger: Logger, end: () => void): Promise<RunningApi> {
  server.prependListener('request', requestLog(logger))
  leaveWhenAnswered(server)
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
    const late = setTimeout(() => server.closeAllConnections(), patience)
    await closed
    clearTimeout(late)
    end()
  }
  const url = `http://127.0.0.1:${portOf(server)}`
  logger.info({ url }, 'listening')
  return { url, close }
}

/** Connections that are kept alive would hold up the end of a server for as long again. */
export function leaveWhenAnswered(server: Server): void {
  server.prependListener('request', (_request, response) => {
    response.once('close', () => {
      if (!server.listening) server.closeIdleConnections()
    })
  })
}

/** Runs an API as a process: on `PORT`, until it is told to stop. What is wrong with its environment is said in a line. */
export async function runAsProcess(start: (options: StartOptions) => Promise<RunningApi>): Promise<void> {
  try {
    const env: Environment = { LOG_LEVEL: 'info', ...process.env }
    const api = await start({ port: Number(env.PORT ?? 3000), env })
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
