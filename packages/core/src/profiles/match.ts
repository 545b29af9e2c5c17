import { readPath } from '../path.js'
import type { Match } from './profile.js'

/** Whether a document passes a test. A test that asks for nothing more asks whether the value exists. */
export function matches(document: unknown, { path, equals, exists }: Match): boolean {
  const value = readPath(document, path)
  const wanted = equals === undefined ? (exists ?? true) : exists
  return fits(wanted, value !== undefined) && fits(equals, value)
}

/** Whether a value is the one that is wanted, or one of those; where none is wanted, any will do. */
export function fits(wanted: unknown, value: unknown): boolean {
  return wanted === undefined || (Array.isArray(wanted) ? wanted.includes(value) : wanted === value)
}
