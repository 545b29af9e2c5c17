import { atOnce, type Contender, each, oneByOne } from '../harness/contender.js'
import type { Plan } from '../harness/interleave.js'
import type { Key } from '../tokens/key.js'
import { createTokens, fresh } from '../tokens/token.js'
import { bare, signedOf, type Verifying } from '../tokens/verifiers.js'

/** The limit and libraries that verify so many tokens at once, every token once, as a string made outside the measured time. */
export async function contendersFor(
  key: Key,
  tokens: readonly Buffer[],
  { verifying, width, plan }: { readonly verifying: readonly Verifying[]; readonly width: number; readonly plan: Plan },
): Promise<readonly Contender[]> {
  for (const library of verifying) await refusesForgeries(key, library)
  const limit = bare(key)
  const of = (round: number): readonly Buffer[] => tokens.slice(round * plan.operations, (round + 1) * plan.operations)
  const library = (one: Verifying): Contender => ({
    name: one.name,
    package: one.package,
    slice: (round) => {
      const strings = of(round).map(fresh)
      if (!one.waits) return each(strings, one.verify)
      return width === 1 ? oneByOne(strings, one.verify) : atOnce(strings, width, one.verify)
    },
  })
  return [
    { name: limit.name, slice: (round) => each(of(round).map(signedOf), limit.verify) },
    ...verifying.map(library),
  ]
}

/** Nobody is measured who does not verify. */
async function refusesForgeries(key: Key, { name, verify }: Verifying): Promise<void> {
  const [good] = createTokens(key, 1)
  if (good === undefined) return
  await verify(fresh(good))
  const forged = Buffer.from(good)
  forged.write(good.at(-20) === 0x41 ? 'B' : 'A', forged.length - 20)
  const accepted = await Promise.resolve()
    .then(() => verify(fresh(forged)))
    .then(
      () => true,
      () => false,
    )
  if (accepted) throw new Error(`${name} accepts a forged token`)
}
