import { createLogin, type Login, type LoginOptions } from '@auth/core/login'
import { Inject } from '@nestjs/common'

/** The injection token of the login: `@Inject(AUTH_LOGIN) login: Login`. */
export const AUTH_LOGIN: unique symbol = Symbol('AUTH_LOGIN')

/** Any login, whatever the scopes and claims of its verifier. */
export type AnyLogin = Pick<Login, 'handle' | 'answer' | 'requireSession' | 'redirectUri'>

/** A login of `createLogin`, or the options to make one. */
export type LoginSource = AnyLogin | LoginOptions

/**
 * Injects the login.
 *
 * @example constructor(@InjectLogin() login: Login) {}
 */
export function InjectLogin(): ParameterDecorator & PropertyDecorator {
  return Inject(AUTH_LOGIN)
}

/** @throws TypeError for what is neither, and for wrong options. */
export function toLogin(source: LoginSource | null | undefined): AnyLogin {
  if (typeof source !== 'object' || source === null) {
    throw new TypeError("expected a login or its options: { issuer: 'https://as.example.com', clientId: 'my-app', … }")
  }
  return 'handle' in source ? source : createLogin(source)
}
