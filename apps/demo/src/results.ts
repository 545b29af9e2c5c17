import type { ProfileName } from 'accounts'
import type { Answer } from './answer.js'
import type { EntryPointName } from './entry-points.js'

/** What came of one case at one entry point. */
export interface CaseResult {
  readonly entryPoint: EntryPointName
  readonly case: string
  readonly expected: Answer
  readonly seen: Answer
  readonly passed: boolean
  readonly milliseconds: number
}

/** A number that must be just so. */
export interface Check {
  readonly name: string
  readonly expected: number
  readonly seen: number
  readonly passed: boolean
}

/** What came of one profile. */
export interface ProfileResult {
  readonly profile: ProfileName
  /** Why the cases could not even be run; it counts as one that failed. */
  readonly failure?: string | undefined
  /** What the client got, without the token. */
  readonly token?:
    | {
        readonly type: string
        /** As granted; `undefined` where the answer names none. */
        readonly scope: string | undefined
        /** Seconds. */
        readonly lifetime: number
      }
    | undefined
  readonly checks: readonly Check[]
  readonly tokenRequests: number
  readonly cases: readonly CaseResult[]
  readonly milliseconds: number
}

/** What came of everything. */
export interface Results {
  readonly profiles: readonly ProfileResult[]
  readonly passed: number
  readonly failed: number
  readonly milliseconds: number
}

/** Adds up. */
export function summarise(profiles: readonly ProfileResult[], milliseconds: number): Results {
  const all = profiles.flatMap(({ cases, checks }) => [...cases, ...checks])
  const passed = all.filter((each) => each.passed).length
  const broken = profiles.filter(({ failure }) => failure !== undefined).length
  return { profiles, passed, failed: all.length - passed + broken, milliseconds }
}

/** Nothing may fail, and nothing at all is no success. */
export function exitCode({ passed, failed }: Results): 0 | 1 {
  return failed === 0 && passed > 0 ? 0 : 1
}
