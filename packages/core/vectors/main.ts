import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/** `pnpm test:vectors FOLDER`: holds parsing and signatures to public test vectors, which are not part of the project. */
const [given] = process.argv.slice(2)
const folder = path.resolve(given ?? '')

if (given === undefined || !existsSync(path.join(folder, 'wycheproof'))) {
  console.error(
    `test:vectors needs the folder with the vectors, one that holds wycheproof/; ${given ?? 'none'} is not it`,
  )
  process.exit(2)
}

const { status } = spawnSync('vitest', ['run', '--root', import.meta.dirname], {
  env: { ...process.env, VECTORS: folder },
  stdio: 'inherit',
})
process.exit(status ?? 1)
