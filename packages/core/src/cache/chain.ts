/** What a {@link Chain} goes through. */
export interface Link<L> {
  older: L | undefined
  newer: L | undefined
}

/** An order of things that each of them can leave from anywhere: a map would keep a hole for every one that left. */
export class Chain<L extends Link<L>> {
  #oldest: L | undefined
  #newest: L | undefined

  get oldest(): L | undefined {
    return this.#oldest
  }

  get newest(): L | undefined {
    return this.#newest
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
