/** What a benchmark is given, and what it hands back: the text to print, and whether this toolkit did what it promises. */
export type Benchmark = (options: {
  readonly json: boolean
}) => Promise<{ readonly text: string; readonly kept: boolean }>
