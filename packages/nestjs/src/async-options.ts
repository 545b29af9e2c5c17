import { verifierFromEnv } from '@auth/core'
import type { FactoryProvider, InjectionToken, ModuleMetadata, Provider, Type } from '@nestjs/common'
import { toVerifier, type VerifierSource } from './verifier.js'

/** What makes the verifier, as a class of the application: for `useClass` and `useExisting`. */
export interface AuthOptionsFactory {
  /** Returns a verifier or its options. */
  create(): VerifierSource | Promise<VerifierSource>
}

/** Options of `AuthModule.forRootAsync`: exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface AuthModuleAsyncOptions<A extends readonly unknown[]> {
  /** Modules whose providers are injected. */
  readonly imports?: ModuleMetadata['imports'] | undefined
  /** What `useFactory` is called with. */
  readonly inject?: FactoryProvider['inject'] | undefined
  /** Returns a verifier or its options; `undefined` stands for those of the environment. */
  readonly useFactory?:
    | ((...dependencies: A) => VerifierSource | undefined | Promise<VerifierSource | undefined>)
    | undefined
  /** A class of which an instance is made in this module. */
  readonly useClass?: Type<AuthOptionsFactory> | undefined
  /** A provider of one of `imports`, or of a global module. */
  readonly useExisting?: Type<AuthOptionsFactory> | undefined
}

/** The providers that make the verifier, as this token. @throws TypeError unless exactly one way to make it is given. */
export function asyncProviders<A extends readonly unknown[]>(
  provide: InjectionToken,
  options: AuthModuleAsyncOptions<A>,
): Provider[] {
  const { useFactory, useClass, useExisting, inject = [] } = options
  if ([useFactory, useClass, useExisting].filter((given) => given !== undefined).length !== 1) {
    throw new TypeError(
      'AuthModule.forRootAsync needs exactly one of useFactory, useClass and useExisting: { inject: [Settings], useFactory: (settings: Settings) => settings.auth }',
    )
  }
  if (useFactory !== undefined) return [provideVerifier(provide, inject, useFactory)]
  const factory = useClass ?? useExisting
  const injected = factory === undefined ? [] : [factory]
  const provider = provideVerifier(provide, injected, (made: AuthOptionsFactory) => made.create())
  return useClass === undefined ? [provider] : [useClass, provider]
}

function provideVerifier<A extends readonly unknown[]>(
  provide: InjectionToken,
  inject: NonNullable<FactoryProvider['inject']>,
  make: (...dependencies: A) => VerifierSource | undefined | Promise<VerifierSource | undefined>,
): Provider {
  const useFactory = async (...dependencies: A): Promise<unknown> => {
    const source = await make(...dependencies)
    return source === undefined ? verifierFromEnv() : toVerifier(source)
  }
  return { provide, inject, useFactory }
}
