import { type AnyVerifier, verifierFromEnv } from '@auth/core'
import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common'
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core'
import { type AuthModuleAsyncOptions, asyncProviders } from './async-options.js'
import { BearerGuard } from './bearer.guard.js'
import {
  checkNothingIsLost,
  checkVerifierIsShared,
  checkVerifiersExist,
  handlersWithoutPolicy,
} from './policy-report.js'
import { registryOf } from './registry.js'
import { ScopeGuard, withoutPolicy } from './scope.guard.js'
import { StepUpGuard } from './step-up.guard.js'
import { checkName, getVerifierToken, toVerifier, type VerifierSource } from './verifier.js'

/** Where the verifier of the module can be used, and by which name. */
export interface AuthModuleExtras {
  /**
   * The name by which `@UseVerifier(name)` and `@InjectVerifier(name)` choose this verifier, where an API has several.
   * The one without a name serves whoever names none.
   */
  readonly name?: string | undefined
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
  readonly #host: HttpAdapterHost

  constructor(@Inject(ModulesContainer) modules: ModulesContainer, @Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#modules = modules
    this.#host = host
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
    const provide = getVerifierToken(extras.name)
    const verifier: Provider =
      source === undefined
        ? { provide, useFactory: () => verifierFromEnv() }
        : { provide, useValue: toVerifier(source) }
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
    return define(asyncProviders(getVerifierToken(options.name), options), options, options.imports)
  }

  /** @throws TypeError for a verifier made for each request, or that is missing, or a handler whose policy is lost. */
  onApplicationBootstrap(): void {
    checkVerifierIsShared(this.#modules)
    checkNothingIsLost(this.#modules)
    checkVerifiersExist(this.#modules, registryOf(this.#host).verifiers)
    const logger = new Logger(ScopeGuard.name)
    for (const handler of handlersWithoutPolicy(this.#modules)) logger.error(withoutPolicy(handler))
  }
}

function define(
  providers: readonly Provider[],
  { name, isGlobal = true }: AuthModuleExtras,
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  const verifier = getVerifierToken(name)
  const more = name === undefined ? [BearerGuard, ScopeGuard, StepUpGuard] : [registration(name)]
  return {
    module: AuthModule,
    global: isGlobal,
    imports,
    providers: [...providers, ...more],
    exports: name === undefined ? [verifier, BearerGuard, ScopeGuard, StepUpGuard] : [verifier],
  }
}

const REGISTRATION = Symbol('a verifier that has a name')

/** Makes a verifier known to the guards by its name. */
function registration(name: string): Provider {
  checkName(name)
  const useFactory = (verifier: AnyVerifier, host: HttpAdapterHost): string => {
    const { verifiers } = registryOf(host)
    if ((verifiers.get(name) ?? verifier) !== verifier) throw new TypeError(`two verifiers are named '${name}'`)
    verifiers.set(name, verifier)
    return name
  }
  return { provide: REGISTRATION, inject: [getVerifierToken(name), HttpAdapterHost], useFactory }
}
