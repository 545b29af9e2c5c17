import type { VerifierEvent } from '@auth/core'
import { type DestinationStream, type Logger, pino } from 'pino'
import { type HttpLogger, pinoHttp } from 'pino-http'
import type { Environment } from './verifier.js'

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

/** What the verifier tells: why a request was refused, which its client is not told, and what troubles the issuer. */
export function logVerifier(logger: Logger): (event: VerifierEvent) => void {
  return (event) => logger[levels[event.type]](event, event.type)
}

const levels = {
  token_accepted: 'debug',
  token_introspected: 'debug',
  keys_fetched: 'info',
  token_refused: 'warn',
  issuer_unavailable: 'warn',
  keys_unavailable: 'error',
  introspection_unavailable: 'error',
  revocation_unavailable: 'error',
  internal_error: 'error',
} as const satisfies Record<VerifierEvent['type'], string>

export type { Logger }
