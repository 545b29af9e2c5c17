import { type Contender, each, limitName, oneByOne } from '../harness/contender.js'
import { draw } from '../harness/draw.js'
import type { Plan } from '../harness/interleave.js'
import { fresh } from '../tokens/token.js'
import type { Verifying } from '../tokens/verifiers.js'

/** One map look-up: a token's last characters find it, and it is compared in full. */
export function lookUp(tokens: readonly Buffer[], { operations }: Plan): Contender {
  const end = (token: string): string => token.slice(-12)
  const seen = new Map(tokens.map(fresh).map((token) => [end(token), { token }]))
  const find = (bytes: Buffer): boolean => {
    const token = fresh(bytes)
    return seen.get(end(token))?.token === token
  }
  return { name: limitName, slice: () => each(draw(tokens, operations), find) }
}

/** A map keyed by the whole token, which has to be hashed. */
export function lookUpWhole(tokens: readonly Buffer[], { operations }: Plan): Contender {
  const seen = new Map(tokens.map(fresh).map((token) => [token, token]))
  return {
    name: 'a Map keyed by the token',
    slice: () => each(draw(tokens, operations), (bytes) => seen.get(fresh(bytes))),
  }
}

/** What every contender pays before it can begin. */
export function onlyString(tokens: readonly Buffer[], { operations }: Plan): Contender {
  return { name: 'the fresh string alone', slice: () => each(draw(tokens, operations), fresh) }
}

/** A library that has verified every token once. */
export async function known(one: Verifying, tokens: readonly Buffer[], { operations }: Plan): Promise<Contender> {
  for (const token of tokens) await one.verify(fresh(token))
  return {
    name: one.name,
    package: one.package,
    slice: () => {
      const bytes = draw(tokens, operations)
      return one.waits
        ? oneByOne(bytes, (token) => one.verify(fresh(token)))
        : each(bytes, (token) => one.verify(fresh(token)))
    },
  }
}
