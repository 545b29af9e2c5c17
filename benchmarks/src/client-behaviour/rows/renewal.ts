import type { ServerResponse } from 'node:http'
import { travel } from '../clock.js'
import { type Bench, type Cell, outcomeOf, patience, type Row, withCache, withClient } from '../row.js'
import { type Answer, tokens } from '../server.js'

/** Whether a caller waits while the server has the renewal and does not answer it. */
async function waits({ server, client }: Bench, age: number, answer: Answer): Promise<Cell> {
  await client.token()
  travel(age)
  const held: (() => void)[] = []
  server.answer = (...request: readonly [ServerResponse, number, URLSearchParams]) => {
    held.push(() => answer(...request))
  }
  const call = client.token()
  const served = outcomeOf(call)
  const asked = await Promise.race([server.received(2, patience), call.then(() => 'served' as const)])
  if (asked === 'served') {
    return (await server.received(2, 0.5)) ? 'served, renewed behind' : 'served, not renewed'
  }
  // The caller had all the time in which its request travelled; a little more is no waiting.
  const early = await Promise.race([served, new Promise((resolve) => setTimeout(() => resolve('waits'), 200))])
  for (const release of held) release()
  await served
  return early === 'waits' ? 'waits' : 'served, renewed behind'
}

const inWindow: Row = {
  name: 'renewal with 200 s left: the caller',
  promised: 'served, renewed behind',
  measure: (peer) => {
    const answer = tokens({ expires_in: 3600 })
    return withCache(peer, answer, (bench) => waits(bench, 3400, answer))
  },
}

const afterRefreshIn: Row = {
  name: 'renewal after `refresh_in`: the caller',
  promised: 'served, renewed behind',
  measure: (peer) => {
    const answer = tokens({ expires_in: 3600, refresh_in: 1800 })
    return withCache(peer, answer, (bench) => waits(bench, 2000, answer))
  },
}

/** Seconds, each some time after the one before. */
const looks: readonly (readonly [seconds: number, name: string])[] = [
  [1, '1 s'],
  [30, '30 s'],
  [240, '4 min'],
  [3000, '50 min'],
  [86_400, 'a day'],
  [31_536_000, 'a year'],
]

const noLifetime: Row = {
  name: 'no `expires_in`: still served after',
  promised: '4 min',
  measure: (peer) =>
    withCache(peer, tokens({}), async ({ client, server }) => {
      await client.token()
      const before = server.requests.length
      let last = 'nothing'
      let age = 0
      for (const [seconds, name] of looks) {
        travel(seconds - age)
        age = seconds
        if (server.requests.length > before) break
        await client.token()
        if (server.requests.length > before) break
        last = name
      }
      return last
    }),
}

/** Both sent the token that is refused; the second hears of it when the first has a new one. */
const refused: Row = {
  name: '401 from the API, two callers',
  promised: '1 renewal',
  measure: (peer) => {
    if (peer.noFetch !== undefined) return Promise.resolve({ absent: peer.noFetch })
    return withClient(peer, tokens({ expires_in: 3600 }), async ({ client, server }) => {
      let renewed = (): void => undefined
      const retried = new Promise<void>((resolve) => {
        renewed = resolve
      })
      let refusals = 0
      server.api = async (response, token) => {
        if (token !== 'token-0') renewed()
        else if (refusals++ > 0) await retried
        response.writeHead(token === 'token-0' ? 401 : 200).end()
      }
      const url = `${server.origin}/accounts`
      await Promise.all([
        outcomeOf(Promise.resolve(client.call?.(url))),
        outcomeOf(Promise.resolve(client.call?.(url))),
      ])
      const renewals = server.requests.length - 1
      return `${renewals} renewal${renewals === 1 ? '' : 's'}`
    })
  },
}

export const renewalRows: readonly Row[] = [inWindow, afterRefreshIn, noLifetime, refused]
