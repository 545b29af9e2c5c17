import { home } from './clock.js'
import type { Access, Client, Peer } from './peer.js'
import { type Answer, startServer, type TokenServer } from './server.js'

/** What a peer did, or why it has nothing to show. */
export type Cell = string | Absent

export interface Absent {
  readonly absent: string
}

/** One behaviour, measured the same way for every peer. */
export interface Row {
  readonly name: string
  /** What this toolkit promises. */
  readonly promised: string
  readonly measure: (peer: Peer) => Promise<Cell>
}

/** What a measurement works with. */
export interface Bench {
  readonly server: TokenServer
  readonly client: Client
}

/** Measures a client that speaks for itself. */
export async function withClient(peer: Peer, answer: Answer, work: (bench: Bench) => Promise<Cell>): Promise<Cell> {
  return await on(answer, peer.client, work)
}

/** Measures a client that has a refresh token. */
export async function withSession(peer: Peer, answer: Answer, work: (bench: Bench) => Promise<Cell>): Promise<Cell> {
  const { session } = peer
  if (typeof session === 'string') return { absent: session }
  return await on(answer, (access) => session(access, 'refresh-start'), work)
}

/** Measures what takes a cache. */
export async function withCache(peer: Peer, answer: Answer, work: (bench: Bench) => Promise<Cell>): Promise<Cell> {
  return peer.keepsNothing === undefined ? await withClient(peer, answer, work) : { absent: peer.keepsNothing }
}

async function on(answer: Answer, open: (access: Access) => Client, work: (bench: Bench) => Promise<Cell>) {
  await using server = await startServer(answer)
  const client = open({ origin: server.origin, clientId: 'client', clientSecret: 'benchmark-only' })
  try {
    return await work({ server, client })
  } finally {
    client.close?.()
    home()
  }
}

/** Seconds after which nobody would call it waiting any more. */
export const patience = 3

export type Outcome<T> = { readonly value: T } | 'throws' | 'hangs'

/** How a call ends, or that it does not. */
export async function outcomeOf<T>(call: Promise<T>): Promise<Outcome<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'hangs'>((resolve) => {
    timer = setTimeout(() => resolve('hangs'), patience * 1000)
  })
  const ended = call.then(
    (value) => ({ value }),
    () => 'throws' as const,
  )
  const outcome = await Promise.race([ended, late])
  clearTimeout(timer)
  return outcome
}

/** 1 request, 20 requests. */
export function requests({ server }: Bench): string {
  return counted(server.requests.length, 'request')
}

export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}
