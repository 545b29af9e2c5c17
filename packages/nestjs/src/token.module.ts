import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common'
import { getTokenClientToken, OwnClients, type TokenClientSource } from './token-clients.js'

/** Options of `TokenModule.forRoot`. */
export interface TokenModuleOptions {
  /** The clients by their names: options of `createTokenClient`, or a client that is closed elsewhere. */
  readonly clients: Readonly<Record<string, TokenClientSource>>
  /** Whether every module can inject them without importing this one. @default true */
  readonly isGlobal?: boolean | undefined
}

/** How one client of `TokenModule.forRootAsync` is made. */
export interface TokenClientFactory<A extends readonly unknown[]> {
  /** What `useFactory` is called with. */
  readonly inject?: FactoryProvider['inject'] | undefined
  readonly useFactory: (...dependencies: A) => TokenClientSource | Promise<TokenClientSource>
}

/** Options of `TokenModule.forRootAsync`. */
export interface TokenModuleAsyncOptions<F extends Readonly<Record<string, readonly unknown[]>>> {
  /** Modules whose providers are injected. */
  readonly imports?: ModuleMetadata['imports'] | undefined
  readonly clients: { readonly [N in keyof F]: TokenClientFactory<F[N]> }
  /** Whether every module can inject them without importing this one. @default true */
  readonly isGlobal?: boolean | undefined
}

/**
 * Provides token clients for `@InjectTokenClient(name)`, and closes those it made when the application has answered its
 * last request.
 *
 * @example
 * @Module({ imports: [TokenModule.forRoot({ clients: { orca: { profile: portx(), clientId, clientSecret } } })] })
 * export class AppModule {}
 */
@Module({})
export class TokenModule implements OnApplicationShutdown {
  readonly #clients: OwnClients

  constructor(@Inject(OwnClients) clients: OwnClients) {
    this.#clients = clients
  }

  /** @throws TypeError without clients; when the application starts for wrong options of one. */
  static forRoot({ clients, isGlobal }: TokenModuleOptions): DynamicModule {
    const factories = Object.entries(clients).map(([name, source]) => [name, { useFactory: () => source }] as const)
    return define(factories, isGlobal)
  }

  /**
   * As `forRoot`, with what other providers know.
   *
   * @throws TypeError without clients; when the application starts for wrong options of one.
   * @example
   * TokenModule.forRootAsync({
   *   clients: { orca: { inject: [Settings], useFactory: (settings: Settings) => settings.orca } },
   * })
   */
  static forRootAsync<F extends Readonly<Record<string, readonly unknown[]>>>({
    clients,
    imports,
    isGlobal,
  }: TokenModuleAsyncOptions<F>): DynamicModule {
    return define(Object.entries(clients), isGlobal, imports)
  }

  onApplicationShutdown(): void {
    this.#clients.close()
  }
}

type Factories = readonly (readonly [name: string, factory: TokenClientFactory<never>])[]

function define(factories: Factories, isGlobal = true, imports: ModuleMetadata['imports'] = []): DynamicModule {
  if (factories.length === 0) throw new TypeError("TokenModule needs clients: { orca: { issuer: 'https://…', … } }")
  return {
    module: TokenModule,
    global: isGlobal,
    imports,
    providers: [OwnClients, ...factories.map(([name, factory]) => provide(name, factory))],
    exports: factories.map(([name]) => getTokenClientToken(name)),
  }
}

function provide(name: string, { inject = [], useFactory }: TokenClientFactory<never>): Provider {
  return {
    provide: getTokenClientToken(name),
    inject: [OwnClients, ...inject],
    useFactory: async (own: OwnClients, ...dependencies: never) => own.take(name, await useFactory(...dependencies)),
  }
}
