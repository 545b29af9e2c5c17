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
import type { Transport } from './transport.js'
import { checkName, getVerifierToken, toVerifier, type VerifierSource } from './verifier.js'

/** Where the verifier of the module can be used, and by which name. */
export interface AuthModuleExtras {
  /**
   * The name by which `@UseVerifier(name)` and `@InjectVerifier(name)` choose this verifier, where an API has several.
   * The one without a name serves whoever names none.
   */
  readonly name?: string | undefined
  /** Where else than in HTTP tokens are looked for: `[websockets(), graphql(), microservices()]`. @default none */
  readonly transports?: readonly Transport[] | undefined
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
    const { transports, verifiers } = registryOf(this.#host)
    checkVerifiersExist(this.#modules, verifiers)
    for (const transport of transports.values()) transport.check?.(this.#modules)
    const logger = new Logger(ScopeGuard.name)
    for (const handler of handlersWithoutPolicy(this.#modules)) logger.error(withoutPolicy(handler))
  }
}

function define(
  providers: readonly Provider[],
  extras: AuthModuleExtras,
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  const { name, isGlobal = true } = extras
  const verifier = getVerifierToken(name)
  const guards = name === undefined ? [BearerGuard, ScopeGuard, StepUpGuard] : []
  return {
    module: AuthModule,
    global: isGlobal,
    imports,
    providers: [...providers, registration(extras), ...guards],
    exports: [verifier, ...guards],
  }
}

const REGISTRATION = Symbol('what the guards are to know')

/** Makes a verifier known to the guards by its name, and their transports. */
function registration({ name, transports = [] }: AuthModuleExtras): Provider {
  if (name !== undefined) checkName(name)
  const useFactory = (verifier: AnyVerifier, host: HttpAdapterHost): void => {
    const registry = registryOf(host)
    for (const transport of transports) registry.transports.set(transport.type, transport)
    if (name === undefined) return
    if ((registry.verifiers.get(name) ?? verifier) !== verifier)
      throw new TypeError(`two verifiers are named '${name}'`)
    registry.verifiers.set(name, verifier)
  }
  return { provide: REGISTRATION, inject: [getVerifierToken(name), HttpAdapterHost], useFactory }
}
