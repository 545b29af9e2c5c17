import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Jwk } from '../src/index.js'

/** One public test vector: a token, the keys it is shown with, and what must become of it. */
export interface Vector {
  readonly name: string
  readonly token: unknown
  readonly keys: readonly Jwk[]
  /** `any`: either will do, as long as nothing breaks. */
  readonly expected: 'accepted' | 'refused' | 'any'
}

/** The folder with the vectors. It is not part of the project: `pnpm test:vectors FOLDER`. */
export const folder: string = process.env.VECTORS ?? ''

/** Files of a folder below the vectors', by name. Without any the run would pass for no reason, so that is an error. */
export function filesIn(place: string, ending: string): readonly string[] {
  const names = readdirSync(path.join(folder, place)).filter((name) => name.endsWith(ending))
  if (names.length === 0) throw new Error(`no ${ending} in ${place}`)
  return names.sort().map((name) => path.join(place, name))
}

export function bytesOf(file: string): Uint8Array {
  return readFileSync(path.join(folder, file))
}

export function textOf(file: string): string {
  return readFileSync(path.join(folder, file), 'utf8')
}

/** What a file of these vectors is known to hold is said where it is read. */
export function jsonOf<T>(file: string): T {
  return JSON.parse(textOf(file))
}

/** What a file of keys holds. */
export type JwkOrSet = Jwk & { readonly keys?: readonly Jwk[] }

/** A JWK, or the keys of a JWK Set. Symmetric and private ones stay as they are: no use may be made of their secrets. */
export function keysOf(jwk: JwkOrSet | undefined): readonly Jwk[] {
  return jwk?.keys ?? (jwk === undefined ? [] : [jwk])
}
