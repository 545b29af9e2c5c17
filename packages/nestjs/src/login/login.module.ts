import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { registryOf } from '../registry.js'
import { loginController } from './login.controller.js'
import { type AnyLogin, AUTH_LOGIN, type LoginSource, toLogin } from './login.js'
import { SessionGuard } from './session.guard.js'

/** Where the login of the module answers, and where it can be used. */
export interface LoginModuleExtras {
  /**
   * The path of the redirect URI as Nest's router sees it: without what `setGlobalPrefix` puts before it.
   * @default the path of the redirect URI
   */
  readonly callbackPath?: string | undefined
  /** Whether every module can use it without importing this one. @default true */
  readonly isGlobal?: boolean | undefined
}

/** Options of `LoginModule.forRootAsync`. */
export interface LoginModuleAsyncOptions<A extends readonly unknown[]> extends LoginModuleExtras {
  /** The path of the redirect URI, which Nest's router wants to know before the login is made. */
  readonly callbackPath: string
  readonly imports?: ModuleMetadata['imports'] | undefined
  /** What `useFactory` is called with. */
  readonly inject?: FactoryProvider['inject'] | undefined
  /** Returns a login or its options. */
  readonly useFactory: (...dependencies: A) => LoginSource | Promise<LoginSource>
}

/**
 * Lets people log in: it answers what is under the folder of the login's redirect URI, and whoever loads a page that a
 * guard of this package refuses, for want of a session or of one that is strong enough, is sent to log in.
 *
 * Give `login.verifier` to `AuthModule`, and its guards take sessions and tokens alike.
 *
 * @example
 * @Module({ imports: [LoginModule.forRoot(people), AuthModule.forRoot(people.verifier)] })
 * export class AppModule {}
 */
@Module({})
export class LoginModule {
  /** Makes the login known to the guards. */
  constructor(@Inject(AUTH_LOGIN) login: AnyLogin, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
    registryOf(host).login = login
  }

  /** @throws TypeError for wrong options. */
  static forRoot(source: LoginSource, extras: LoginModuleExtras = {}): DynamicModule {
    const login = toLogin(source)
    const { callbackPath = new URL(login.redirectUri).pathname } = extras
    return define({ provide: AUTH_LOGIN, useValue: login }, { ...extras, callbackPath })
  }

  /**
   * As `forRoot`, with what other providers know.
   *
   * @throws TypeError for wrong options, at start-up.
   * @example
   * LoginModule.forRootAsync({
   *   callbackPath: '/auth/callback',
   *   inject: [Settings],
   *   useFactory: (settings: Settings) => settings.login,
   * })
   */
  static forRootAsync<A extends readonly unknown[]>(options: LoginModuleAsyncOptions<A>): DynamicModule {
    const { inject = [], imports = [], useFactory } = options
    const make = async (...dependencies: A): Promise<AnyLogin> => toLogin(await useFactory(...dependencies))
    return define({ provide: AUTH_LOGIN, inject, useFactory: make }, options, imports)
  }
}

function define(
  login: Provider,
  { callbackPath, isGlobal = true }: LoginModuleExtras & { readonly callbackPath: string },
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  if (!/^\/(?:[^/?#]+\/)*[^/?#]+$/.test(callbackPath)) {
    throw new TypeError("callbackPath is the path of the redirect URI: '/auth/callback' for instance")
  }
  return {
    module: LoginModule,
    global: isGlobal,
    imports,
    controllers: [loginController(callbackPath)],
    providers: [login, SessionGuard],
    exports: [AUTH_LOGIN, SessionGuard],
  }
}
