import { LocalLocks } from '../cache/local-locks.js'
import { FailureMemory } from './failure-memory.js'
import { GivenCredentials } from './given-credentials.js'
import { KeyStates } from './key-state.js'
import type { Means } from './renewal.js'
import { Selection } from './selection.js'
import type { Settings } from './settings.js'
import { type Telling, telling } from './telling.js'
import { createVault } from './vault.js'

/** What every view of a client shares. */
export interface Shared extends Means {
  readonly failures: FailureMemory
  readonly states: KeyStates
  readonly selection: Selection
  readonly tell: Telling | undefined
}

export function share(settings: Settings): Shared {
  const { store, monotonic, now } = settings
  const tell = telling(settings)
  return {
    settings,
    locks: new LocalLocks(monotonic),
    vault: createVault({
      store,
      failed: (operation) => tell?.(settings, { type: 'store_failed', operation }, undefined),
      monotonic,
      now: () => now() / 1000,
    }),
    given: new GivenCredentials(),
    failures: new FailureMemory(settings),
    states: new KeyStates(),
    selection: new Selection(settings),
    tell,
  }
}
