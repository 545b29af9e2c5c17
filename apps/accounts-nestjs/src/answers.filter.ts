import { type ArgumentsHost, BadRequestException, Catch, NotFoundException } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'
import { InvalidInput } from 'accounts'

/** Says what the Accounts API says on every framework; refusals of the guards pass by, they are the core's. */
@Catch(InvalidInput, NotFoundException)
export class AnswersFilter extends BaseExceptionFilter {
  override catch(exception: InvalidInput | NotFoundException, host: ArgumentsHost): void {
    const answer =
      exception instanceof InvalidInput
        ? new BadRequestException({ message: exception.message })
        : new NotFoundException({ message: 'Not Found' })
    super.catch(answer, host)
  }
}
