/** What a benchmark hands back. */
export interface Report {
  /** For programs: what JSON can hold. */
  readonly figures: unknown
  /** For people: Markdown. */
  readonly text: string
  /** An SVG of it. */
  readonly chart?: string | undefined
  /** Whether this toolkit did what it promises. */
  readonly kept: boolean
}

export type Benchmark = () => Promise<Report>
