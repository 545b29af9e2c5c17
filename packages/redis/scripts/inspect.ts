import { createClient } from 'redis'

/**
 * `pnpm redis:inspect URL [NAMESPACE]`: lists what is stored on one server. Tokens stay where they are; nothing is decrypted,
 * and nothing is quoted that is not of the shape it should have.
 */
const [url = '', namespace = 'auth'] = process.argv.slice(2)
const address = URL.parse(url)
if (address === null || !/^rediss?:$/.test(address.protocol) || !/^[\w.-]{1,64}$/.test(namespace)) {
  console.error('redis:inspect needs the URL of a Redis: pnpm redis:inspect redis://127.0.0.1:6379 [namespace]')
  process.exit(2)
}

const redis = createClient({ url, socket: { reconnectStrategy: false } })
redis.on('error', () => undefined)
try {
  await redis.connect()
} catch {
  console.error(`redis:inspect: no Redis answers at ${address.host}, or it lets nobody in with these credentials`)
  process.exit(1)
}

interface Row {
  readonly kind: string
  readonly of: string
  readonly seconds: number
  readonly generation?: string | undefined
  readonly encryption?: string | undefined
  readonly bytes?: number | undefined
  readonly proofs?: number | undefined
}

/** What lies in each kind, apart from its name and its end. */
const kinds: Readonly<Record<string, (name: string) => Promise<Partial<Row>>>> = {
  token: async (name) => {
    const start = (await redis.getRange(name, 0, 99)) ?? ''
    const { generation, key } = /^(?<generation>\d{1,15}) (?:\d+\.(?<key>-|[\w-]{8})\.)?/.exec(start)?.groups ?? {}
    if (/^\d+ $/.test(start)) return { kind: 'deleted', generation }
    return { generation, encryption: key === '-' ? 'NONE' : (key ?? 'unknown'), bytes: await redis.strLen(name) }
  },
  generation: async (name) => ({ generation: /^\d{1,15}$/.exec((await redis.get(name)) ?? '')?.[0] }),
  lock: async () => ({}),
  proofs: async (name) => ({ proofs: await redis.zCard(name) }),
  nonce: async () => ({}),
}

const rows: Row[] = []
for await (const names of redis.scanIterator({ MATCH: `${namespace}:*`, COUNT: 500 })) {
  for (const name of names) rows.push(await rowOf(name))
}
rows.sort((a, b) => (a.of + a.kind < b.of + b.kind ? -1 : 1))
console.table(rows)
redis.destroy()

/** Names are of digests and key thumbprints; what others put there is counted, not named. */
async function rowOf(name: string): Promise<Row> {
  const {
    id = '',
    kind = '',
    nonce,
  } = /:\{(?:(?<nonce>nonce)|(?<id>[\w-]{43}))\}:(?<kind>\w+|[\d:]+)$/.exec(name)?.groups ?? {}
  const seconds = Math.round((await redis.pTTL(name)) / 1000)
  const look = kinds[nonce ?? kind]
  if (look === undefined) return { kind: 'not ours', of: '', seconds }
  const row = { kind: nonce ?? kind, of: id.slice(0, 12), seconds }
  // Of another type than ours are.
  return { ...row, ...(await look(name).catch(() => ({ kind: 'not ours' }))) }
}
