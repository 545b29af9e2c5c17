import { All, Controller, Inject, NotFoundException, Req, Res, type Type, VERSION_NEUTRAL } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { isNativeRequest, setHeaders } from '../http-transport.js'
import { Public } from '../public.decorator.js'
import { fetchRequest } from './fetch-request.js'
import { type AnyLogin, AUTH_LOGIN } from './login.js'

/**
 * Makes the controller of a login's routes: those of the folder of its redirect URI, whose last part is the callback.
 * Guards of the whole application let it pass: who is about to log in has nothing to show yet.
 */
export function loginController(callbackPath: string): Type {
  const at = callbackPath.lastIndexOf('/')

  @Public()
  @Controller({ path: callbackPath.slice(0, at), version: VERSION_NEUTRAL })
  class LoginController {
    readonly #login: AnyLogin
    readonly #host: HttpAdapterHost

    constructor(@Inject(AUTH_LOGIN) login: AnyLogin, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
      this.#login = login
      this.#host = host
    }

    @All('login')
    start(@Req() request: unknown, @Res() response: unknown): Promise<void> {
      return this.#answer(request, response)
    }

    @All(callbackPath.slice(at + 1))
    callback(@Req() request: unknown, @Res() response: unknown): Promise<void> {
      return this.#answer(request, response)
    }

    @All('logout')
    logout(@Req() request: unknown, @Res() response: unknown): Promise<void> {
      return this.#answer(request, response)
    }

    @All('backchannel-logout')
    backChannelLogout(@Req() request: unknown, @Res() response: unknown): Promise<void> {
      return this.#answer(request, response)
    }

    async #answer(request: unknown, response: unknown): Promise<void> {
      if (!isNativeRequest(request)) throw new TypeError('the request is none of HTTP')
      const { redirectUri } = this.#login
      const sent = fetchRequest(request, redirectUri)
      const answer = sent && (await this.#login.handle(sent))
      if (answer === undefined) throw new NotFoundException()
      const { httpAdapter } = this.#host
      setHeaders(this.#host, response, answer.headers)
      const type = answer.headers.get('content-type')
      if (type !== null) httpAdapter.setHeader(response, 'content-type', type)
      httpAdapter.reply(response, (await answer.text()) || undefined, answer.status)
    }
  }
  return LoginController
}
