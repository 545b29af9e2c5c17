/**
 * Whether a granted scope covers a required one when the catalogue allows wildcards.
 *
 * A wildcard is a final `*` segment after at least one literal segment, segments being parted by `.` or `:`. It stands
 * for one or more whole segments, so `iam.mfa.*` covers `iam.mfa.list.get` but neither `iam.mfa` nor `iam.mfax.list`,
 * and `*` alone covers nothing. Only the granted side may hold one.
 */
export function covers(granted: string, required: string): boolean {
  if (granted === required) return true
  const prefix = granted.slice(0, -1)
  return isWildcard(granted) && required.length > prefix.length && required.startsWith(prefix)
}

/** Whether a granted scope ends in a wildcard segment after at least one literal one. */
export function isWildcard(granted: string): boolean {
  return /^[^*.:][^*]*[.:]\*$/.test(granted)
}
