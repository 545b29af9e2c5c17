import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** The demo as built, in a process of its own that has to end by itself. */
async function demo(...args: string[]): Promise<{ code: unknown; out: string; error: string }> {
  const script = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args])
  const [out, error, [code]] = await Promise.all([text(script.stdout), text(script.stderr), once(script, 'exit')])
  return { code, out, error }
}

const caseNames = ['granted', 'missing scope', 'no token', 'garbage', 'expired', 'wrong audience', 'wrong issuer']

test('--profile portx --json prints every case at every entry point, and nothing but JSON', {
  timeout: 60_000,
}, async () => {
  const { code, out, error } = await demo('--profile', 'portx', '--json')
  expect({ code, error }).toEqual({ code: 0, error: '' })
  const results: unknown = JSON.parse(out)
  const cases = ['NestJS', 'Hono', 'tRPC', 'core'].flatMap((entryPoint) =>
    caseNames.map((name) => expect.objectContaining({ entryPoint, case: name, passed: true })),
  )
  expect(results).toMatchObject({
    profiles: [
      {
        profile: 'portx',
        token: { type: 'Bearer', scope: 'accounts:read', lifetime: expect.any(Number) },
        checks: [
          { name: 'token requests for 100 concurrent getToken()', expected: 1, seen: 1, passed: true },
          { name: 'token requests in all', expected: 1, seen: 1, passed: true },
        ],
        cases,
      },
    ],
    passed: 30,
    failed: 0,
  })
  // No JWT, whole or in part.
  expect(out).not.toMatch(/eyJ/)
})

test('--profile portsip prints a table that ends in the sum', { timeout: 60_000 }, async () => {
  const { code, out, error } = await demo('--profile=portsip')
  expect({ code, error }).toEqual({ code: 0, error: '' })
  const lines = out.trimEnd().split('\n')
  expect(lines.filter((line) => line.startsWith('portsip  ') && line.endsWith('  ok'))).toHaveLength(32)
  expect(lines.at(-1)).toBe('34 passed, 0 failed')
})

test.for<[string[], string]>([
  [['--profile', 'nobody'], "there is no profile 'nobody'"],
  [['--colour'], "Unknown option '--colour'"],
])('%j is refused with code 2', async ([args, message]) => {
  const { code, out, error } = await demo(...args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(error).toContain(message)
  expect(error).toContain('usage: demo')
})
