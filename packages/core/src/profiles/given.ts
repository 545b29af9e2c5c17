import { isJsonObject } from '../json.js'
import type { Profile } from './profile.js'

/**
 * Takes a profile from the options of a client or a verifier: what a factory made, be it that it went through JSON since.
 * Whoever makes factories checks the data, here only what is no such profile at all is told apart.
 *
 * @returns a copy, which nobody else can change.
 * @throws TypeError
 */
export function givenProfile(value: Profile): Profile {
  if (isJsonObject(value) && value.profile === 1 && isJsonObject(value.grants) && isFilledIn(value.variables ?? {})) {
    const copy: Profile = JSON.parse(JSON.stringify(value))
    return copy
  }
  throw new TypeError('profile is what portx(), portsip({ host }), … or defineProfile(data)() returns')
}

/** The variables of data that no factory was made of are open still. */
function isFilledIn(variables: object): boolean {
  return Object.values(variables).every((value) => typeof value === 'string' && !value.includes('{'))
}
