/**
 * Whether less than some seconds have passed. A clock that was set back ends every wait, and makes nothing fresh.
 *
 * @param since milliseconds, as `now`.
 */
export function isRecent(since: number, seconds: number, now: number): boolean {
  const age = now - since
  return age >= 0 && age < seconds * 1000
}
