import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { RunningApi, StartOptions } from 'accounts'
import type { DestinationStream } from 'pino'
import { AppModule } from './app.module.js'
import { setUpDocs } from './docs.js'
import { createLog, nestLog, requestLog } from './log.js'

/** What this API can be told besides. */
export interface NestStartOptions extends StartOptions {
  /** Where the log goes. @default the standard output */
  readonly log?: DestinationStream | undefined
}

/**
 * Starts the Accounts API on NestJS, on 127.0.0.1. It ends gracefully: what is being answered is answered first.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env, log }: NestStartOptions = {}): Promise<RunningApi> {
  const logger = createLog(env, log)
  const app: INestApplication = await NestFactory.create(AppModule.forEnvironment(env), {
    logger: nestLog(logger),
    // Nest would end the process, which is for main to decide.
    abortOnError: false,
    return503OnClosing: true,
  })
  app.use(requestLog(logger))
  setUpDocs(app)
  await app.listen(port, '127.0.0.1')
  return { url: await app.getUrl(), close: () => app.close() }
}
