import { bindsPromises, type RequestContext } from '../runtime.js'
import { FailureMemory } from './failure-memory.js'
import { type FlightScope, flightScope } from './flight-scope.js'
import { type GivenCredentials, givenCredentials } from './given-credentials.js'
import { type KeyState, KeyStates } from './key-state.js'
import type { Asked } from './request.js'
import { type Selected, selector } from './select.js'
import type { Settings } from './settings.js'
import { type Telling, telling } from './telling.js'
import { createVault, type Vault } from './vault.js'
import type { Wish } from './wish.js'

/** What it takes to get tokens, keep them and renew them. */
export interface TokenSource {
  readonly settings: Settings
  readonly vault: Vault
  readonly given: GivenCredentials
  readonly failures: FailureMemory
  readonly states: KeyStates
  readonly select: (asked: Asked) => Promise<Selected>
  readonly tell: Telling | undefined
  /** Whose flights may be joined; unset where nobody's may. */
  readonly scope: FlightScope | undefined
}

export function tokenSource(settings: Settings): TokenSource {
  const tell = telling(settings)
  return {
    settings,
    vault: createVault(settings, (operation) => tell?.(settings, { type: 'store_failed', operation }, undefined)),
    given: givenCredentials(),
    failures: new FailureMemory(settings),
    states: new KeyStates(),
    select: selector(settings),
    tell,
    scope: bindsPromises() ? undefined : flightScope(() => undefined),
  }
}

/** The same source, for one request only. */
export function sourceWithin(source: TokenSource, context: RequestContext): TokenSource {
  return { ...source, scope: flightScope((work) => context.waitUntil(work)) }
}

/** What is known of the key of a wish. */
export async function stateOf({ select, states }: TokenSource, wish: Wish): Promise<KeyState> {
  wish.state = states.of(wish.state ?? (await select(wish.asked)))
  return wish.state
}
