import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { type Entity, type Resource, resources } from './resources.js'
import { schemas } from './schemas.js'
import { seed } from './seed.js'
import { tables } from './tables.js'

/** The statements of one table, prepared once. */
export interface Rows {
  readonly all: StatementSync
  readonly one: StatementSync
  readonly insert: StatementSync
}

/** Creates and fills the tables of a new database, as one transaction: two processes may open the same file at once. */
export function setUp(db: DatabaseSync): void {
  db.exec('BEGIN IMMEDIATE')
  const isNew = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table'").get() === undefined
  for (const resource of isNew ? resources : []) {
    db.exec(definitionOf(resource))
    for (const entity of seed[resource]) insert(rowsOf(db, resource), entity)
  }
  db.exec('COMMIT')
}

/** Prepares the statements of one table. Names come from our own definitions, never from outside. */
export function rowsOf(db: DatabaseSync, resource: Resource): Rows {
  const columns = ['id', ...columnsOf(resource)]
  const selected = `SELECT ${columns.join(', ')} FROM ${resource}`
  return {
    all: db.prepare(`${selected} ORDER BY rowid`),
    one: db.prepare(`${selected} WHERE id = ?`),
    insert: db.prepare(
      `INSERT INTO ${resource} (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})`,
    ),
  }
}

/** Stores one entity. */
export function insert(rows: Rows, entity: Readonly<Record<string, SQLInputValue>>): void {
  rows.insert.run({ ...entity })
}

/** Reads a stored row by its schema: a file changed by other hands does not go out unnoticed. */
export function readRow<R extends Resource>(resource: R, row: Record<string, unknown>): Entity<R> {
  return schemas[resource].entity.parse(row)
}

function definitionOf(resource: Resource): string {
  const columns = Object.entries(tables[resource].columns).map(([name, type]) => `${name} ${type} NOT NULL`)
  return `CREATE TABLE ${resource} (id TEXT PRIMARY KEY, ${columns.join(', ')}) STRICT`
}

function columnsOf(resource: Resource): string[] {
  return Object.keys(tables[resource].columns)
}
