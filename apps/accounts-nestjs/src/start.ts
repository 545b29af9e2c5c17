import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { RunningApi, StartOptions } from 'accounts'
import { AppModule } from './app.module.js'

/**
 * Starts the Accounts API on NestJS, on 127.0.0.1.
 *
 * @throws TypeError when the environment lacks something.
 */
export async function start({ port = 0, env = process.env }: StartOptions = {}): Promise<RunningApi> {
  const app: INestApplication = await NestFactory.create(AppModule.forEnvironment(env), {
    logger: ['error', 'fatal'],
    // Nest would end the process, which is for main to decide.
    abortOnError: false,
    forceCloseConnections: true,
  })
  await app.listen(port, '127.0.0.1')
  return { url: await app.getUrl(), close: () => app.close() }
}
