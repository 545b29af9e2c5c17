import { BearerError } from '@auth/core'
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { accessOf } from '../access.js'
import { registryOf } from '../registry.js'
import { type AnyLogin, AUTH_LOGIN } from './login.js'
import { noteSession } from './login-session.decorator.js'

/**
 * Lets a request pass whose sender has logged in, and everything that `@Public()` opens. Whoever else loads a page is
 * sent to log in, and any other request gets a 401. A bearer token is no session: for handlers that take both, give
 * `login.verifier` to `AuthModule`.
 *
 * @throws BearerException with the core's answer; anything else that goes wrong passes as it is.
 * @example
 * @UseGuards(SessionGuard)
 * @Controller('me')
 * export class MeController {
 *   @Get() me(@LoginSession() session: Session) {
 *     return { name: session.claims.name }
 *   }
 * }
 */
@Injectable()
export class SessionGuard implements CanActivate {
  readonly #login: AnyLogin
  readonly #host: HttpAdapterHost

  constructor(@Inject(AUTH_LOGIN) login: AnyLogin, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#login = login
    this.#host = host
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (accessOf(context.getClass(), context.getHandler()) === 'public') return true
    const transport = registryOf(this.#host).transports.get(context.getType<string>())
    const arrival = transport?.arrival(context)
    if (transport === undefined || arrival === undefined) return false
    try {
      noteSession(context, await this.#login.requireSession(arrival.request))
      return true
    } catch (error) {
      throw error instanceof BearerError ? await transport.refuse(error, context) : error
    }
  }
}
