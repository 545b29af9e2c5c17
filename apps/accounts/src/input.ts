import type { Inputs, Resource } from './resources.js'
import { schemas } from './schemas.js'

/** What a schema found fault with, as every library of schemas tells it. */
interface Issue {
  readonly message: string
  readonly path?: readonly unknown[] | undefined
}

/** What a caller sent cannot be stored. The message says why and is meant for the caller; it never repeats the value. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'

  /** Of the first thing that is wrong. */
  static from([first]: readonly Issue[]): InvalidInput {
    const { message, path: [member] = [] } = first ?? { message: 'it is not valid' }
    return new InvalidInput(typeof member === 'string' ? `${member} is ${message}` : message)
  }
}

/** Reads what a caller sent. @throws InvalidInput */
export function readInput<R extends Resource>(resource: R, input: unknown): Inputs[R] {
  const read = schemas[resource].input.safeParse(input)
  if (read.success) return read.data
  throw InvalidInput.from(read.error.issues)
}
