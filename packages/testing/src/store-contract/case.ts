import type { ContractStore } from './store.js'

/** What a case works with. */
export interface Bench {
  readonly store: ContractStore
  /** Opens another store: the same records, where the stores are shared. */
  readonly open: () => Promise<ContractStore>
  /** A key that no other case has; the text is part of it as it is. */
  readonly key: (text: string) => string
  /** Lets time pass, in seconds; in real time not more than two of them. */
  readonly pass: (seconds: number) => Promise<void>
}

/** One thing a store must do. */
export interface Case {
  readonly name: string
  /** What the store must have for it. @default nothing */
  readonly needs?: readonly ('lock' | 'shared')[] | undefined
  /** Throws where the store does not. */
  readonly check: (bench: Bench) => Promise<void>
}
