import { verifierFromEnv } from '@auth/core'
import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'
import { type AuthModuleAsyncOptions, asyncProviders } from './async-options.js'
import { BearerGuard } from './bearer.guard.js'
import { checkNothingIsLost, checkVerifierIsShared, handlersWithoutPolicy } from './policy-report.js'
import { ScopeGuard, withoutPolicy } from './scope.guard.js'
import { AUTH_VERIFIER, toVerifier, type VerifierSource } from './verifier.js'

/** Where the guards of the module can be used. */
export interface AuthModuleExtras {
  /** Whether every module can use them without importing this one. @default true */
  readonly isGlobal?: boolean | undefined
}

/**
 * Gives the guards their verifier, and names in the log the handlers behind `ScopeGuard` that nobody may call.
 *
 * @example
 * @Module({ imports: [AuthModule.forRoot({ issuer: 'https://as.example.com', audience: 'https://api.example.com' })] })
 * export class AppModule {}
 */
@Module({})
export class AuthModule implements OnApplicationBootstrap {
  readonly #modules: ModulesContainer

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    this.#modules = modules
  }

  /**
   * @param source a verifier or its options, checked here. Without it the environment's `AUTH_ISSUER` and
   * `AUTH_AUDIENCE` are read when the application starts, so that a `.env` file can be loaded before.
   * @throws TypeError for wrong options, here or at start-up.
   */
  static forRoot<S extends string = string, C extends object = object>(
    source?: VerifierSource<S, C>,
    extras: AuthModuleExtras = {},
  ): DynamicModule {
    const verifier: Provider =
      source === undefined
        ? { provide: AUTH_VERIFIER, useFactory: () => verifierFromEnv() }
        : { provide: AUTH_VERIFIER, useValue: toVerifier(source) }
    return define([verifier], extras)
  }

  /**
   * As `forRoot`, with what other providers know.
   *
   * @throws TypeError unless there is exactly one of `useFactory`, `useClass` and `useExisting`; for wrong options at
   * start-up.
   * @example
   * AuthModule.forRootAsync({
   *   inject: [Settings],
   *   useFactory: (settings: Settings) => ({ issuer: settings.issuer, audience: settings.audience }),
   * })
   */
  static forRootAsync<A extends readonly unknown[]>(
    options: AuthModuleAsyncOptions<A> & AuthModuleExtras,
  ): DynamicModule {
    return define(asyncProviders(options), options, options.imports)
  }

  /** @throws TypeError for a verifier made for each request, or a handler whose policy is lost. */
  onApplicationBootstrap(): void {
    checkVerifierIsShared(this.#modules)
    checkNothingIsLost(this.#modules)
    const logger = new Logger(ScopeGuard.name)
    for (const handler of handlersWithoutPolicy(this.#modules)) logger.error(withoutPolicy(handler))
  }
}

function define(
  providers: readonly Provider[],
  { isGlobal = true }: AuthModuleExtras,
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  return {
    module: AuthModule,
    global: isGlobal,
    imports,
    providers: [...providers, BearerGuard, ScopeGuard],
    exports: [AUTH_VERIFIER, BearerGuard, ScopeGuard],
  }
}
