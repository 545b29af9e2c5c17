import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The root of the repository. */
export const root: string = path.resolve(import.meta.dirname, '..')

/** Files below the root that match a pattern, as paths from the root with forward slashes. */
export function filesOf(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' || name === 'dist' })
    .map((file) => file.split(path.sep).join('/'))
    .sort()
}

/** What a file holds. */
export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

const fromClause = /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm
const bareImport = /^\s*import\s*['"]([^'"]+)['"]/gm
const callImport = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

/** The module specifiers a source imports, re-exports, or names in an `import()`. Comments are not looked at. */
export function importsOf(file: string): string[] {
  const code = textOf(file).replace(/\/\*[\s\S]*?\*\//g, '')
  return [fromClause, bareImport, callImport].flatMap((pattern) =>
    [...code.matchAll(pattern)].flatMap((match) => match[1] ?? []),
  )
}

/** The source file a relative specifier means, as a path from the root. */
export function resolveImport(from: string, specifier: string): string {
  const file = path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '.ts')
  const withPage = `${file}x`
  return existsSync(path.join(root, withPage)) ? withPage : file
}
