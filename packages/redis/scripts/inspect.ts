import { createClient } from 'redis'

/** `pnpm redis:inspect URL [NAMESPACE]`: lists what is stored. Tokens stay where they are; nothing is decrypted. */
const [url, namespace = 'auth'] = process.argv.slice(2)
if (url === undefined) {
  console.error('redis:inspect needs the URL of a Redis: pnpm redis:inspect redis://127.0.0.1:6379 [namespace]')
  process.exit(2)
}

const redis = createClient({ url, socket: { reconnectStrategy: false } })
redis.on('error', () => undefined)
try {
  await redis.connect()
} catch {
  console.error(`redis:inspect: no Redis answers at ${new URL(url).host}`)
  process.exit(1)
}

const rows: Row[] = []
for await (const names of redis.scanIterator({ MATCH: `${namespace}:*`, COUNT: 500 })) {
  for (const name of names) rows.push(await describe(name))
}
rows.sort((a, b) => (a.of + a.kind < b.of + b.kind ? -1 : 1))
console.table(rows)
redis.destroy()

interface Row {
  readonly kind: string
  readonly of: string
  readonly seconds: number
  readonly generation?: string | undefined
  readonly encryption?: string | undefined
  readonly bytes?: number | undefined
}

async function describe(name: string): Promise<Row> {
  const [, id = '', kind = ''] = /\{(.+)\}:(.+)$/.exec(name) ?? []
  const row = {
    kind: kind === '' ? name : kind,
    of: id.slice(0, 12),
    seconds: Math.round((await redis.pTTL(name)) / 1000),
  }
  if (kind === 'generation') return { ...row, generation: (await redis.get(name)) ?? undefined }
  if (kind === 'proofs') return { ...row, bytes: await redis.zCard(name) }
  if (kind !== 'token') return row
  const record = (await redis.get(name)) ?? ''
  const [, generation, key] = /^(\d+) [^.]+\.([^.]+)\./.exec(record) ?? []
  return { ...row, generation, encryption: key === '-' ? 'NONE' : key, bytes: record.length }
}
