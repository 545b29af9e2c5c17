import type { Estimate } from '../harness/statistics.js'

/** What came of a measurement. */
export interface Verdict {
  readonly name: string
  readonly floor: number
  readonly figure: Estimate
  readonly kept: boolean
}

/** Measures; what lies below its floor even by the kinder end of its interval gets a second chance. */
export async function check(
  floors: Readonly<Record<string, number>>,
  measurements: Readonly<Record<string, () => Promise<Estimate>>>,
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (const [name, measure] of Object.entries(measurements)) {
    const floor = floors[name] ?? 0
    const judge = async (): Promise<Verdict> => {
      const figure = await measure()
      return { name, floor, figure, kept: figure.high >= floor }
    }
    const first = await judge()
    verdicts.push(first.kept ? first : await judge())
  }
  return verdicts
}
