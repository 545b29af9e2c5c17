/** Starts to count; returns how many seconds have passed, by the clock that nobody sets. */
export function stopwatch(): () => number {
  const startedAt = performance.now()
  return () => (performance.now() - startedAt) / 1000
}
