import { BearerException } from '@auth/nestjs'
import { type ArgumentsHost, Catch, HttpException } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'
import { InvalidInput } from 'accounts'

/** Says what the Accounts API says on every framework; refusals of the guards pass by, they are the core's. */
@Catch()
export class AnswersFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    super.catch(exception instanceof BearerException ? exception : answerTo(exception), host)
  }
}

/** Of what goes wrong before a handler is called; Nest's own messages repeat what was sent. */
const messages: ReadonlyMap<unknown, string> = new Map([
  [400, 'The body is not JSON'],
  [404, 'Not Found'],
  [413, 'The body is too long'],
])

function answerTo(exception: unknown): unknown {
  if (exception instanceof InvalidInput) return new HttpException({ message: exception.message }, 400)
  const status = exception instanceof HttpException ? exception.getStatus() : Object(exception).statusCode
  const message = messages.get(status)
  return message === undefined ? exception : new HttpException({ message }, status)
}
