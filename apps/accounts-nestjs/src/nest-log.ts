import type { LoggerService } from '@nestjs/common'
import type { Logger } from 'accounts'

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
