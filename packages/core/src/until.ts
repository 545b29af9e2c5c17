/** Waits for work until a signal says otherwise; the work itself is not touched. */
export function until<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    // First: whatever is wrong with the signal, no failure of the work may be left that nobody sees.
    const ended = work.then(resolve, reject)
    const leave = (): void => reject(signal.reason)
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    void ended.finally(() => signal.removeEventListener('abort', leave))
  })
}
