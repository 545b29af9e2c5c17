import { type AccessToken, type AnyVerifier, BearerError } from '@auth/core'
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { type Access, accessOf } from './access.js'
import { authenticateIfSent, authenticateOnce, settle } from './authentication.js'
import { type Registry, registryOf } from './registry.js'
import { AUTH_VERIFIER } from './verifier.js'
import { verifierNameOf } from './verifier-choice.js'

/**
 * Lets a request pass that brings a valid access token (RFC 6750), and everything that `@Public()` opens; without a
 * token also what is `@OptionalAuth()`. What is neither HTTP nor one of the module's `transports` is denied.
 *
 * @throws BearerException with the core's answer; anything else that goes wrong passes as it is.
 * @example
 * @UseGuards(BearerGuard)
 * @Controller('me')
 * export class MeController {}
 */
@Injectable()
export class BearerGuard implements CanActivate {
  protected readonly verifier: AnyVerifier
  readonly #registry: Registry

  constructor(@Inject(AUTH_VERIFIER) verifier: AnyVerifier, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.verifier = verifier
    this.#registry = registryOf(host)
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.accessOf(context)
    if (access === 'public') return true
    const transport = this.#registry.transports.get(context.getType<string>())
    const arrival = transport?.arrival(context)
    // False, not an exception of ours: Nest then denies in the terms of the transport.
    if (transport === undefined || arrival === undefined) return false
    const verifier = this.#verifierFor(context)
    const authenticate = access === 'optional' ? authenticateIfSent : authenticateOnce
    try {
      const token = await authenticate(verifier, arrival)
      settle(context, { verifier, token })
      return token === undefined || this.permits(token, access, context)
    } catch (error) {
      throw error instanceof BearerError ? await transport.refuse(error, context) : error
    }
  }

  /** Who may call the handler, by what was noted on it and its class. */
  protected accessOf(context: ExecutionContext): Access | undefined {
    return accessOf(context.getClass(), context.getHandler())
  }

  /**
   * Decides about a request whose token is valid.
   *
   * @param access the policies of class and handler, undefined without any; `'optional'` for `@OptionalAuth()`.
   * @returns whether it may pass; false answers 403 in Nest's own words.
   * @throws BearerError to refuse it with a challenge.
   */
  protected permits(
    _token: AccessToken<string, object>,
    _access: Exclude<Access, 'public'> | undefined,
    _context: ExecutionContext,
  ): boolean {
    return true
  }

  /** The verifier that `@UseVerifier` names, else the one this guard was made with. */
  #verifierFor(context: ExecutionContext): AnyVerifier {
    const name = verifierNameOf(context.getClass(), context.getHandler())
    if (name === undefined) return this.verifier
    const verifier = this.#registry.verifiers.get(name)
    if (verifier !== undefined) return verifier
    throw new TypeError(`no verifier is named '${name}': add AuthModule.forRoot(…, { name: '${name}' })`)
  }
}
