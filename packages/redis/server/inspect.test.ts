import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { createClient } from 'redis'
import { expect, test } from 'vitest'
import { redisNonceStore } from '../src/nonce-store.js'
import { redisReplayStore } from '../src/replay-store.js'
import { redisStore } from '../src/token-store.js'
import { keyOf, tokenOf } from './support/records.js'
import { startRedis } from './support/redis-server.js'

const run = promisify(execFile)
const script = path.join(import.meta.dirname, '../scripts/inspect.ts')

/** What it prints, on both streams. */
async function inspect(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [script, ...args]).catch(
    (failed: Awaited<ReturnType<typeof run>>) => failed,
  )
  return `${stdout}${stderr}`
}

test('shows what is stored, and nothing of what is in it or what others keep there', async () => {
  await using redis = await startRedis()
  const client = await createClient({ url: redis.url }).connect()
  const store = redisStore(client, { encryptionKeys: [keyOf(1)] })
  const plain = redisStore(client, { dangerouslyStorePlaintext: true })
  await store.set('planted-name', tokenOf('planted-a', { refreshToken: 'planted-r' }), undefined)
  await plain.set('planted-plain', tokenOf('planted-a'), 60)
  await store.lock('planted-name', 60)
  await store.delete('planted-gone')
  await redisReplayStore(client).add({ jkt: 'k'.repeat(43), id: 'planted-id', expiresAt: Date.now() / 1000 + 60 })
  const nonce = await redisNonceStore(client).issue()
  await client.set('auth:planted-user', 'planted-value')
  await client.set(`auth:{${'x'.repeat(43)}}:token`, '7 1.planted-key.planted')
  await client.lPush(`auth:{${'y'.repeat(43)}}:token`, 'planted-list')
  const printed = await inspect(redis.url)
  for (const kind of ['token', 'deleted', 'lock', 'generation', 'proofs', 'nonce', 'not ours', 'NONE', 'unknown']) {
    expect(printed).toContain(`'${kind}'`)
  }
  expect(printed).not.toContain('planted')
  expect(printed).not.toContain(nonce)
  client.destroy()
})

test.for([
  ['planted-password'],
  ['redis://ada:planted-password@'],
  ['redis://ada:planted-password@127.0.0.1:1'],
  ['redis://127.0.0.1:1', 'planted*'],
])('quotes nothing of %j', async (args) => {
  const printed = await inspect(...args)
  expect(printed).toContain('redis:inspect')
  expect(printed).not.toContain('planted')
})
