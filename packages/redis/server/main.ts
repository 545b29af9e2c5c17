import { spawnSync } from 'node:child_process'

/** `pnpm test:redis [vitest arguments]`: what needs a real server, which npm cannot install. */
if (spawnSync('redis-server', ['--version']).error !== undefined) {
  console.error('test:redis needs redis-server on the path, Debian has it as the package redis-server')
  process.exit(2)
}

const { status } = spawnSync('vitest', ['run', '--root', import.meta.dirname, ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
