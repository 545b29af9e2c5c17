import type { LoggerService } from '@nestjs/common'
import type { Environment } from 'accounts'
import { type DestinationStream, type Logger, pino } from 'pino'
import { type HttpLogger, pinoHttp } from 'pino-http'

/** What must not be in a log, wherever somebody logs a request or its headers. */
const secrets = ['authorization', 'cookie', 'dpop', 'proxy-authorization'].flatMap((name) => [
  `headers["${name}"]`,
  `*.headers["${name}"]`,
])

/**
 * The log of a process: a JSON object a line.
 *
 * @param env `LOG_LEVEL`: silent, fatal, error, warn, info, debug or trace. Default: error.
 */
export function createLog({ LOG_LEVEL: level = 'error' }: Environment, to?: DestinationStream): Logger {
  const options = { level, redact: { paths: secrets, censor: '[redacted]' } }
  return to === undefined ? pino(options) : pino(options, to)
}

/** A line for each request: no header of it, and of its URL the path alone, for what is behind `?` may be a secret. */
export function requestLog(logger: Logger): HttpLogger {
  return pinoHttp({
    logger,
    serializers: {
      req: ({ id, method, url }: { id: unknown; method: string; url: string }) => ({
        id,
        method,
        path: url.split('?', 1)[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
  })
}

/** Nest's own messages in the same log: the last parameter is the context, an error's stack may come before. */
export function nestLog(logger: Logger): LoggerService {
  const at =
    (level: 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'fatal') =>
    (message: unknown, ...more: readonly unknown[]): void =>
      logger[level]({ context: more.at(-1), ...(message instanceof Error ? { err: message } : {}) }, String(message))
  return {
    error: at('error'),
    warn: at('warn'),
    log: at('info'),
    debug: at('debug'),
    verbose: at('trace'),
    fatal: at('fatal'),
  }
}
