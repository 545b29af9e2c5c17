import type { Verifier } from '@auth/core'
import { AuthModule, InjectVerifier, ScopeGuard } from '@auth/nestjs'
import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  StandardSchemaValidationPipe,
} from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core'
import {
  type AccountsStore,
  type Environment,
  InvalidInput,
  type Logger,
  logVerifier,
  openStore,
  resources,
  verifierFrom,
} from 'accounts'
import { AnswersFilter } from './answers.filter.js'
import { HealthController } from './health.controller.js'
import { resourceController } from './resource.controller.js'
import { STORE } from './store.js'

/** The Accounts API: closed to everybody but for what a handler declares. */
@Module({
  controllers: [HealthController, ...resources.map(resourceController)],
  providers: [
    { provide: APP_GUARD, useExisting: ScopeGuard },
    { provide: APP_PIPE, useFactory: () => new StandardSchemaValidationPipe({ exceptionFactory: InvalidInput.from }) },
    { provide: APP_FILTER, useClass: AnswersFilter },
  ],
})
export class AppModule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #store: AccountsStore
  readonly #verifier: Verifier

  constructor(@Inject(STORE) store: AccountsStore, @InjectVerifier() verifier: Verifier) {
    this.#store = store
    this.#verifier = verifier
  }

  /** @throws TypeError when the environment lacks something. */
  static forEnvironment(env: Environment, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [AuthModule.forRoot(verifierFrom(env, logVerifier(logger)))],
      providers: [{ provide: STORE, useFactory: () => openStore(env.ACCOUNTS_DB) }],
    }
  }

  /** The process is up while the keys are on their way; `/ready` says when they are there. */
  onApplicationBootstrap(): void {
    void this.#verifier.warmUp()
  }

  /** Called when the server has answered its last request. */
  onApplicationShutdown(): void {
    this.#store.close()
  }
}
