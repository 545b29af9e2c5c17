import { readPath } from '../path.js'
import type { Match } from './profile.js'

/** Whether a document passes a test. A test that asks for nothing more asks whether the value exists. */
export function matches(document: unknown, { path, equals, exists }: Match): boolean {
  const value = readPath(document, path)
  if (exists !== undefined && (value !== undefined) !== exists) return false
  if (equals === undefined) return exists !== undefined || value !== undefined
  return Array.isArray(equals) ? equals.includes(value) : equals === value
}
