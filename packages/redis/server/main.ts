import { spawnSync } from 'node:child_process'

/** `pnpm test:redis [vitest arguments]`: what needs a real server, which npm cannot install. */
const { REDIS_SERVER: program = 'redis-server' } = process.env
if (spawnSync(program, ['--version']).error !== undefined) {
  console.error(`test:redis needs ${program} on the path; Debian has redis-server as a package`)
  process.exit(2)
}

const { status } = spawnSync('vitest', ['run', '--root', import.meta.dirname, ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
