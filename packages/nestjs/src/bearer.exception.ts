import type { BearerError } from '@auth/core'
import { HttpException } from '@nestjs/common'

/**
 * A refused request as Nest's exception filters know it: status and body are those of the {@link BearerError}, which
 * is the `cause`. Its headers are already on the response when a filter sees it.
 *
 * @example
 * @Catch(BearerException)
 * class LogRefusals implements ExceptionFilter {
 *   catch(exception: BearerException, host: ArgumentsHost) { … }
 * }
 */
export class BearerException extends HttpException {
  /** Why, for your logs; the client is told `getResponse()` only. */
  declare readonly cause: BearerError

  constructor(error: BearerError) {
    const body: Readonly<Record<string, unknown>> = JSON.parse(error.answer.body)
    super(body, error.status, { cause: error })
    // A filter that sends `message` must not tell a client more than the answer does.
    this.message = String(body.error_description ?? body.message)
  }
}
