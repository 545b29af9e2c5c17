import { randomInt } from 'node:crypto'
import { randomSecret } from '../credentials.js'

/** A person who can log in at the pages of a {@link LoginServer}. */
export interface TestPerson {
  /** Also the `sub` of their tokens. */
  readonly username: string
  readonly name: string
  readonly password: string
  /** The second factor: six digits, always the same. */
  readonly code: string
  /** What they may let a client do. */
  readonly scopes: readonly string[]
}

/** Two people, of whom one may less. */
export interface People {
  /** May do everything. */
  readonly ada: TestPerson
  /** May read accounts and transactions. */
  readonly ben: TestPerson
}

export function createPeople(scopes: readonly string[]): People {
  const readable = scopes.filter((scope) => /^(accounts|transactions):read$/.test(scope))
  return { ada: person('ada', 'Ada Lind', scopes), ben: person('ben', 'Ben Moe', readable) }
}

/** Random per start, as all secrets are. */
function person(username: string, name: string, scopes: readonly string[]): TestPerson {
  return { username, name, password: randomSecret('password'), code: String(randomInt(100_000, 1_000_000)), scopes }
}
