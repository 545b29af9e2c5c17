/** A token as a store keeps it: plain JSON. The same shape as `StoredToken` of `@auth/core`, which is not imported. */
export interface ContractRecord {
  readonly accessToken: string
  readonly tokenType: string
  readonly expiresAt: number
  readonly issuedAt: number
  readonly renewAt: number
  readonly waitAt: number
  readonly scope?: string | undefined
  readonly refreshToken?: string | undefined
  readonly metadata: Readonly<Record<string, unknown>>
}

/** A lock that is held. */
export interface ContractLock {
  readonly release: () => Promise<void>
}

/** What the contract asks of: the shape of `TokenStore` of `@auth/core`. Lifetimes are in seconds. */
export interface ContractStore {
  readonly get: (key: string) => Promise<ContractRecord | undefined> | ContractRecord | undefined
  readonly set: (key: string, token: ContractRecord, lifetime: number | undefined) => Promise<void> | void
  readonly delete: (key: string) => Promise<void> | void
  readonly lock?: ((key: string, lifetime: number) => Promise<ContractLock | undefined>) | undefined
}

/** How the stores under test are made. */
export interface StoreContractOptions {
  /** Opens a store, at least one for each case. Records of earlier cases may still be there: cases share no keys. */
  readonly create: () => ContractStore | Promise<ContractStore>
  /** Whether two stores of `create` hold the same records, as in two processes. @default true where there is a lock */
  readonly shared?: boolean | undefined
  /** Whether the store has a lock. @default false */
  readonly lock?: boolean | undefined
  /** Moves the store's clock, in seconds. @default really waits, two seconds at most at a time */
  readonly advance?: ((seconds: number) => void | Promise<void>) | undefined
  /** Closes a store that `create` opened. */
  readonly close?: ((store: ContractStore) => void | Promise<void>) | undefined
}
