import { counted, outcomeOf, type Row, requests, withCache, withClient } from '../row.js'
import { json, tokens } from '../server.js'

function cold(callers: number): Row {
  return {
    name: `cold start, ${callers} concurrent callers`,
    promised: '1 request',
    measure: (peer) =>
      withCache(peer, tokens({ expires_in: 3600 }), async (bench) => {
        await Promise.all(Array.from({ length: callers }, () => bench.client.token()))
        return requests(bench)
      }),
  }
}

function shortLived(lifetime: number): Row {
  return {
    name: `token of ${lifetime} s used 10 times`,
    promised: '1 request',
    measure: (peer) =>
      withCache(peer, tokens({ expires_in: lifetime }), async (bench) => {
        for (let use = 0; use < 10; use++) await bench.client.token()
        return requests(bench)
      }),
  }
}

const retryAfter: Row = {
  name: 'down with `Retry-After: 30`, 10 calls',
  promised: '1 request',
  measure: (peer) =>
    withClient(
      peer,
      (response) => json(response, { error: 'temporarily_unavailable' }, 503, { 'retry-after': '30' }),
      async (bench) => {
        for (let call = 0; call < 10; call++) await outcomeOf(bench.client.token())
        return requests(bench)
      },
    ),
}

const wrongSecret: Row = {
  name: 'wrong secret, 20 calls',
  promised: '1 request',
  measure: (peer) =>
    withClient(
      peer,
      (response) => json(response, { error: 'invalid_client' }, 401),
      async (bench) => {
        for (let call = 0; call < 20; call++) await outcomeOf(bench.client.token())
        return requests(bench)
      },
    ),
}

const twoScopes: Row = {
  name: 'two scopes on one client',
  promised: '2 tokens',
  measure: (peer) => {
    if (peer.oneScope !== undefined) return Promise.resolve({ absent: peer.oneScope })
    return withCache(peer, tokens({ expires_in: 3600 }), async ({ client }) => {
      const got = [await client.token('a'), await client.token('b'), await client.token('a')]
      return counted(new Set(got).size, 'token')
    })
  },
}

export const requestRows: readonly Row[] = [
  cold(20),
  cold(100),
  shortLived(45),
  shortLived(240),
  retryAfter,
  wrongSecret,
  twoScopes,
]
