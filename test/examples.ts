import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, textOf } from './sources.js'

/** An example of a README: the text of a fenced block. */
export interface Example {
  /** Which README, and the heading it stands under: `README.md#hono`. */
  readonly name: string
  readonly file: string
}

const folder = path.join(root, 'test/.examples')
const fence = /^#+ (?<heading>.+)$|^```ts\n(?<code>[\s\S]*?)^```$/gm

/** Writes every TypeScript example of the READMEs into a file of its own and compiles them all. */
export function compileExamples(readmes: readonly string[]): readonly Example[] {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const examples = readmes.flatMap((readme) => examplesOf(readme))
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(configuration))
  const { status, stdout } = spawnSync(path.join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`an example does not compile:\n${stdout}`)
  return examples
}

/** Runs a compiled example: what it does at its top level happens now. Its exports are what the caller knows them to be. */
export async function runExample<T extends object>({ file }: Example): Promise<T> {
  return await import(pathToFileURL(path.join(folder, 'dist', `${file}.js`)).href)
}

function examplesOf(readme: string): Example[] {
  const examples: Example[] = []
  let heading = ''
  for (const { groups = {} } of textOf(readme).matchAll(fence)) {
    heading = groups.heading ?? heading
    if (groups.code === undefined) continue
    const name = `${readme}#${heading.toLowerCase().replaceAll('`', '').replaceAll(' ', '-')}`
    const file = `${String(examples.length)}-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`
    writeFileSync(path.join(folder, `${file}.ts`), groups.code)
    examples.push({ name, file })
  }
  return examples
}

const configuration = {
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    lib: ['es2023', 'dom', 'dom.iterable'],
    outDir: 'dist',
    rootDir: '.',
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    erasableSyntaxOnly: false,
  },
  include: ['*.ts'],
}
