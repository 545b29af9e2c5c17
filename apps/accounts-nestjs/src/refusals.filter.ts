import { BearerException } from '@auth/nestjs'
import { type ArgumentsHost, Catch, Logger } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'

/** Notes why a request was refused, which its client is not told; the answer stays the core's. */
@Catch(BearerException)
export class RefusalsFilter extends BaseExceptionFilter {
  override catch(exception: BearerException, host: ArgumentsHost): void {
    const { code, reason } = exception.cause
    Logger.warn(`${code}: ${reason}`, RefusalsFilter.name)
    super.catch(exception, host)
  }
}
