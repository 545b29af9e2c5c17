/** So many of the things, each as likely every time: no two contenders, and no two rounds, meet them in one order. */
export function draw<T>(things: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, () => {
    const thing = things[Math.floor(Math.random() * things.length)]
    if (thing === undefined) throw new RangeError('there is nothing to draw from')
    return thing
  })
}
