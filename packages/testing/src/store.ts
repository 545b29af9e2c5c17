import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/** Where oidc-provider keeps what it issued: a map that outlives a Provider, so that keys can change. */
export function createStore(): AdapterFactory {
  const entries = new Map<string, AdapterPayload>()

  return (model): Adapter => {
    const prefix = `${model}:`
    return {
      async upsert(id, payload) {
        entries.set(prefix + id, payload)
      },
      find: async (id) => entries.get(prefix + id),
      async findByUid(uid) {
        for (const [key, payload] of entries) if (key.startsWith(prefix) && payload.uid === uid) return payload
        return undefined
      },
      // Device codes, which nobody here has.
      findByUserCode: async () => undefined,
      async consume(id) {
        const payload = entries.get(prefix + id)
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        entries.delete(prefix + id)
      },
      async revokeByGrantId(grantId) {
        for (const [key, payload] of entries) {
          if (key.startsWith(prefix) && payload.grantId === grantId) entries.delete(key)
        }
      },
    }
  }
}
