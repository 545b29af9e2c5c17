/** What a caller sent cannot be stored. The message says why and is meant for the caller; it never repeats the value. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput'
}

/** The members of an object from outside, read one by one; every reader throws {@link InvalidInput}. */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>

  /** @param known the members there may be; any other one is refused rather than dropped in silence. */
  constructor(value: unknown, known: readonly string[]) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InvalidInput('expected a JSON object')
    }
    this.#values = new Map(Object.entries(value))
    for (const name of this.#values.keys()) {
      if (!known.includes(name)) throw new InvalidInput(`there is a member nobody knows; known are ${known.join(', ')}`)
    }
  }

  /** A text of 1 to `longest` characters without blanks around it. */
  text(name: string, longest: number): string {
    const value = this.#values.get(name)
    if (typeof value === 'string' && value.length > 0 && value.length <= longest && value.trim() === value) return value
    throw new InvalidInput(`${name} is a text of 1 to ${longest} characters, without blanks around it`)
  }

  /** A text of a given form; `form` says which, for the message. */
  matching(name: string, pattern: RegExp, form: string): string {
    const value = this.#values.get(name)
    if (typeof value === 'string' && pattern.test(value)) return value
    throw new InvalidInput(`${name} is ${form}`)
  }

  /** One of a few words. */
  word<W extends string>(name: string, words: readonly W[]): W {
    const value = this.#values.get(name)
    const found = words.find((word) => word === value)
    if (found !== undefined) return found
    throw new InvalidInput(`${name} is one of ${words.join(', ')}`)
  }

  /** An amount in minor units (cents), an integer: a fraction of a cent does not exist. */
  minorUnits(name: string): number {
    const value = this.#values.get(name)
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    throw new InvalidInput(`${name} is an integer, in minor units: 1250 means 12.50`)
  }
}
