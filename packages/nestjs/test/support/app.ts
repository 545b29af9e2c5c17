import { request } from 'node:http'
import type { INestApplication, LoggerService, Type } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'

/** Both HTTP platforms of Nest. */
const platforms: Readonly<Record<Platform, () => AbstractHttpAdapter>> = {
  express: () => new ExpressAdapter(),
  fastify: () => new FastifyAdapter(),
}

export type Platform = 'express' | 'fastify'

export const platformNames: readonly Platform[] = ['express', 'fastify']

/** An application that listens. */
export interface Running extends AsyncDisposable {
  readonly app: INestApplication
  readonly url: string
  /** What was logged as an error. */
  readonly errors: readonly string[]
}

/** Starts an application on a port of its own; `prepare` runs before it listens. */
export async function startApp(
  platform: Platform,
  module: Type | Parameters<typeof NestFactory.create>[0],
  prepare: (app: INestApplication) => void = () => {},
): Promise<Running> {
  const errors: string[] = []
  const app = await NestFactory.create(module, platforms[platform](), {
    logger: collecting(errors),
    abortOnError: false,
  })
  prepare(app)
  await app.listen(0, '127.0.0.1')
  return { app, url: await app.getUrl(), errors, [Symbol.asyncDispose]: () => app.close() }
}

/** What came back. */
export interface Answer {
  readonly status: number | undefined
  readonly challenge: string | undefined
  readonly body: string
}

/** Sends one request as it stands, so that a field can be there twice. */
export function call(url: string, authorization: readonly string[] = [], method = 'GET'): Promise<Answer> {
  return respond(url, authorization, method).then(({ status, headers, body }) => ({
    status,
    challenge: headers['www-authenticate'],
    body,
  }))
}

/** As {@link call}, with every field of the answer. */
export function respond(
  url: string,
  authorization: readonly string[],
  method = 'GET',
): Promise<{ status: number | undefined; headers: NodeJS.Dict<string>; body: string }> {
  return new Promise((resolve, reject) => {
    const fields = authorization.flatMap((value) => ['authorization', value])
    const sent = request(
      url,
      { method, agent: false, headers: ['host', new URL(url).host, 'content-length', '0', ...fields] },
      (response) => {
        const chunks: Uint8Array[] = []
        response.on('data', (chunk: Uint8Array) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const headers = Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          )
          resolve({ status: response.statusCode, headers, body: Buffer.concat(chunks).toString() })
        })
      },
    )
    sent.on('error', reject).end()
  })
}

function collecting(errors: string[]): LoggerService {
  const ignore = (): void => {}
  return {
    log: ignore,
    warn: ignore,
    debug: ignore,
    verbose: ignore,
    error: (message) => void errors.push(String(message)),
  }
}
