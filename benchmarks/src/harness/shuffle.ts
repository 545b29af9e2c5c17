/** The same things in an order that every one of them is as likely to have. */
export function shuffled<T>(things: readonly T[], random: () => number = Math.random): readonly T[] {
  return things
    .map((thing) => ({ thing, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ thing }) => thing)
}
