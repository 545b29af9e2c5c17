/** What a {@link Chain} goes through. */
export interface Link<L> {
  /** Whether it was used since it was last passed over. */
  used: boolean
  older: L | undefined
  newer: L | undefined
}

/** An order of things that each of them can leave from anywhere: a map would keep a hole for every one that left. */
export class Chain<L extends Link<L>> {
  #oldest: L | undefined
  #newest: L | undefined

  /**
   * The oldest link, to make room; but one that was used counts as new, once.
   *
   * @param chances how many may be passed over for that.
   */
  leastWanted(chances: number = Number.POSITIVE_INFINITY): L | undefined {
    let oldest = this.#oldest
    for (let left = chances; oldest?.used && left > 0; left--) {
      oldest.used = false
      this.remove(oldest)
      this.add(oldest)
      oldest = this.#oldest
    }
    return oldest
  }

  /** Puts a link that is in no chain at the newest end. */
  add(link: L): void {
    link.older = this.#newest
    link.newer = undefined
    if (this.#newest === undefined) this.#oldest = link
    else this.#newest.newer = link
    this.#newest = link
  }

  remove({ older, newer }: L): void {
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
  }
}
