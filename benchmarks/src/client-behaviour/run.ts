import './clock.js'
import type { Benchmark } from '../benchmark.js'
import { versionOf } from '../harness/version.js'
import type { Peer } from './peer.js'
import { peers } from './peers/index.js'
import { toolkit } from './peers/toolkit.js'
import type { Cell } from './row.js'
import { rows } from './rows/index.js'
import { broken, type Measured, table } from './table.js'

/** How token clients behave: requests counted, outages survived, refresh tokens kept. */
export const clientBehaviour: Benchmark = async () => {
  const measured = await measure([toolkit, ...peers])
  const misses = broken(measured)
  for (const miss of misses) console.error(`this toolkit broke its promise: ${miss}`)
  return { figures: measured, text: table(measured), kept: misses.length === 0 }
}

/** Measures peers, one after the other: they share a clock. */
export async function measure(measuredPeers: readonly Peer[]): Promise<Measured> {
  const lines: Measured['lines'][number][] = []
  for (const { name, promised, measure: measureOne } of rows) {
    const cells: Cell[] = []
    for (const peer of measuredPeers) cells.push(await measureOne(peer))
    lines.push({ name, promised, cells })
  }
  return { peers: measuredPeers.map((peer) => ({ name: peer.name, version: versionOf(peer.package) })), lines }
}
