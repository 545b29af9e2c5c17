import { limitName, oursName } from '../harness/contender.js'
import { type Case, type Figure, figureOf } from '../harness/figures.js'
import type { Goal } from '../harness/goal.js'
import type { Algorithm } from '../tokens/key.js'

/** Of the limit's rate, one at a time. */
const shares: Readonly<Partial<Record<Algorithm, number>>> = { RS256: 0.75, ES256: 0.9, EdDSA: 0.9 }

/** Near the limit one at a time, and never behind the fastest peer. */
export function goalsOf(measured: Case & { readonly algorithm: Algorithm; readonly width: number }): readonly Goal[] {
  const { name, algorithm, width } = measured
  const { share } = figureOf(measured, oursName)
  const atLeast = width === 1 ? shares[algorithm] : undefined
  const near = share && atLeast !== undefined ? [{ name: `${name}: share of the limit`, figure: share, atLeast }] : []
  const { ours, name: peer } = fastestPeer(measured)
  return ours === undefined
    ? near
    : [...near, { name: `${name}: times ${peer}, the fastest peer`, figure: ours, atLeast: 1 }]
}

function fastestPeer({ figures }: Case): Figure {
  const peers = figures.filter(({ name }) => name !== limitName && !name.startsWith(oursName))
  return peers.reduce((fastest, peer) => (peer.wall < fastest.wall ? peer : fastest))
}
