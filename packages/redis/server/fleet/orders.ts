/** What a process of the fleet is told. */
export interface Orders {
  /** Ports: of the server, of the nodes of a cluster, or of sentinels. */
  readonly redis: readonly number[]
  readonly client: 'node-redis' | 'ioredis' | 'cluster' | 'sentinel' | 'ioredis-sentinel'
  /** What sentinels know the master by. */
  readonly master: string
  readonly tokenEndpoint: string
  /** How many different tokens it wants. */
  readonly keys: number
  /** Milliseconds between two rounds of calls. */
  readonly pause: number
  /** Milliseconds by which its clock is wrong. */
  readonly skew: number
}

/** What it tells in the end. */
export interface Report {
  calls: number
  /** How many calls failed, by code. */
  failures: Record<string, number>
  /** Calls that got a token that was over when they were made. */
  expired: number
  /** How many commands failed, by what they were for and why. */
  commands: Record<string, number>
  /** Which tokens it saw. */
  tokens: readonly string[]
  /** Milliseconds of its first call. */
  cold: number
}
