import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { createLog, leaveWhenAnswered, type RunningApi, requestLog, type StartOptions } from 'accounts'
import { AppModule } from './app.module.js'
import { setUpDocs } from './docs.js'
import { nestLog } from './nest-log.js'

/** More than any honest body here holds, in bytes. */
const longestBody = 64 * 1024

/**
 * Starts the Accounts API on NestJS, on 127.0.0.1. It ends gracefully: what is being answered is answered first.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env, log }: StartOptions = {}): Promise<RunningApi> {
  const logger = createLog(env, log)
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forEnvironment(env, logger), {
    logger: nestLog(logger),
    // Nest would end the process, which is for main to decide.
    abortOnError: false,
    return503OnClosing: true,
  })
  app.use(requestLog(logger))
  app.useBodyParser('json', { limit: longestBody })
  leaveWhenAnswered(app.getHttpServer())
  setUpDocs(app)
  await app.listen(port, '127.0.0.1')
  const url = await app.getUrl()
  logger.info({ url }, 'listening')
  return { url, close: () => app.close() }
}
