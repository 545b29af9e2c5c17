import {
  type Answer,
  accepted,
  insufficientScope,
  invalidToken,
  malformedRequest,
  noToken,
  unavailable,
} from '../conformance/answers.js'
import type { Scene } from './scene.js'

/** Header fields: they may be repeated, and stand as given. */
export type Fields = readonly (readonly [name: string, value: string])[]

/** A hostile request, or one that only looks so. */
export interface Shot {
  readonly headers: Fields
  /** Appended to the URL. */
  readonly query?: string | undefined
  readonly body?: string | undefined
}

/** A hostile request and the answer it must get. */
export interface Attack {
  /** What it is called wherever it is run. */
  readonly id: string
  readonly about: string
  readonly shoot: (scene: Scene) => Shot | Promise<Shot>
  readonly answer: Answer
}

/** What came of one attack. */
export interface AttackResult {
  /** What the case is called, whatever it is run through, like `B-none-2`. */
  readonly id: string
  readonly about: string
  readonly expected: Answer
  readonly seen: Answer
}

/** How an attack ends, in a word. */
export type Verdict = 'accepted' | 'scopeless' | 'invalid' | 'malformed' | 'bare' | 'unavailable'

export const verdicts: Readonly<Record<Verdict, Answer>> = {
  accepted,
  scopeless: insufficientScope('accounts:read'),
  invalid: invalidToken,
  malformed: malformedRequest,
  bare: noToken,
  unavailable,
}

/** A request that shows a token and nothing else. */
export function showing(token: string): Shot {
  return { headers: [['authorization', `Bearer ${token}`]] }
}

/** An attack by a token. */
export function byToken(
  id: string,
  about: string,
  make: (scene: Scene) => string | Promise<string>,
  verdict: Verdict = 'invalid',
): Attack {
  return { id, about, shoot: async (scene) => showing(await make(scene)), answer: verdicts[verdict] }
}
