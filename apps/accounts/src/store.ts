import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { InvalidInput, readInput } from './input.js'
import type { Entity, Resource } from './resources.js'
import { insert, type Rows, readRow, rowsOf, setUp } from './sql.js'
import { tables } from './tables.js'

/** The data behind the Accounts API. */
export interface AccountsStore {
  /** Every entity of a resource, the oldest first. */
  list<R extends Resource>(resource: R): readonly Entity<R>[]
  get<R extends Resource>(resource: R, id: string): Entity<R> | undefined
  /**
   * Stores a new entity under an id of its own.
   *
   * @param input from outside: anything at all.
   * @throws InvalidInput saying what is wrong with it.
   */
  create<R extends Resource>(resource: R, input: unknown): Entity<R>
  close(): void
}

/**
 * Opens the store, an SQLite database; a new one gets a little data.
 *
 * @param path a file. @default ':memory:'
 * @example const store = openStore('accounts.db')
 */
export function openStore(path = ':memory:'): AccountsStore {
  const db = new DatabaseSync(path)
  setUp(db)
  const rows: Readonly<Record<Resource, Rows>> = {
    parties: rowsOf(db, 'parties'),
    accounts: rowsOf(db, 'accounts'),
    transactions: rowsOf(db, 'transactions'),
    cards: rowsOf(db, 'cards'),
  }
  return {
    list: (resource) => rows[resource].all.all().map((row) => readRow(resource, row)),
    get: (resource, id) => {
      const row = rows[resource].one.get(id)
      return row === undefined ? undefined : readRow(resource, row)
    },
    create: (resource, input) => {
      const read = readInput(resource, input)
      const [other, id] = tables[resource].refersTo?.(read) ?? []
      if (other !== undefined && id !== undefined && rows[other].one.get(id) === undefined) {
        throw new InvalidInput(`it refers to something that is not among ${other}`)
      }
      const created = { ...read, id: randomUUID() }
      insert(rows[resource], created)
      return created
    },
    close: () => {
      if (db.isOpen) db.close()
    },
  }
}
