import { bytesOf, filesIn } from './vector.js'

/** One text of JSONTestSuite: `y` must be read as JSON, `n` must not, `i` may be either. */
export interface JsonText {
  readonly name: string
  readonly bytes: Uint8Array
  readonly verdict: 'y' | 'n' | 'i'
}

const verdicts = ['y', 'n', 'i'] as const

export function jsonTexts(): readonly JsonText[] {
  return filesIn('json-test-suite/test_parsing', '.json').flatMap((file) => {
    const name = file.slice(file.lastIndexOf('/') + 1)
    const verdict = verdicts.find((each) => name.startsWith(`${each}_`))
    return verdict === undefined ? [] : [{ name, bytes: bytesOf(file), verdict }]
  })
}
