import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version of an installed package, which may not export its package.json. */
export function versionOf(name: string): string {
  let folder = path.dirname(fileURLToPath(import.meta.resolve(name)))
  for (;;) {
    const found = readManifest(path.join(folder, 'package.json'))
    if (found?.name === name) return found.version ?? ''
    const parent = path.dirname(folder)
    if (parent === folder) return ''
    folder = parent
  }
}

function readManifest(file: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
