import { createTokenClient } from '@auth/core'
import { portx } from '@auth/core/profiles'
import { redisStore } from '@auth/redis'
import { createClient } from 'redis'
import type { Orders, Report } from './report.js'

/** One process of the fleet: it wants its tokens ten times a second until it is told to stop. */
process.once('message', (orders: Orders) => {
  void live(orders)
})

async function live({ redis: url, base, clientId, clientSecret, scopes }: Orders): Promise<void> {
  const redis = await createClient({ url })
    .on('error', () => undefined)
    .connect()
  const counted = { calls: 0, fetched: 0, adopted: 0, failed: 0 }
  const client = createTokenClient({
    profile: portx({ base }),
    clientId,
    clientSecret,
    cache: redisStore(redis, { encryptionKeys: [process.env.FLEET_KEY ?? ''] }),
    onEvent: ({ type, source }) => {
      if (type === 'failed') counted.failed++
      if (type !== 'acquired' && type !== 'renewed') return
      if (source === 'store') counted.adopted++
      else counted.fetched++
    },
  })
  const use = async (scope: string): Promise<void> => {
    counted.calls++
    // A failure is counted where it is told.
    await client.getToken({ scope }).catch(() => undefined)
  }
  const rounds = setInterval(() => {
    for (const scope of scopes) void use(scope)
  }, 100)
  process.send?.('ready')
  process.once('message', () => {
    clearInterval(rounds)
    client.close()
    redis.destroy()
    const report: Report = counted
    process.send?.(report, () => process.exit(0))
  })
}
