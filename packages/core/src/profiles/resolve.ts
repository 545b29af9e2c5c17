import { own } from '../json.js'
import { wrong } from './check.js'
import { isHeaderText } from './header.js'
import type { Profile } from './profile.js'
import { expand } from './template.js'
import { exchangesOf } from './validate.js'

/** What no variable may hold: a brace would be read as a hole, a control character would split a header. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u001f\u007f{}]/

/**
 * Fills in a profile's variables: what is given, else the default, which may use the variables before it.
 *
 * @returns a profile again, whose variables are all plain text; resolving it once more changes nothing.
 * @throws TypeError naming the variable that is missing, unknown or unusable.
 */
export function resolveProfile(profile: Profile, given: Readonly<Record<string, string | undefined>> = {}): Profile {
  const declared = profile.variables ?? {}
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(declared, name))
  if (unknown !== undefined) {
    throw new TypeError(`profile ${profile.name} has no variable '${unknown}'; it has ${listed(Object.keys(declared))}`)
  }
  const values: Record<string, string> = {}
  for (const [name, fallback] of Object.entries(declared)) {
    values[name] = checked(profile.name, name, own(given, name) ?? filled(profile.name, name, fallback, values))
  }
  checkHeaders(profile, values)
  return Object.freeze({ ...profile, variables: Object.freeze(values) })
}

/** A variable that is good in a URL may be none in a header. */
function checkHeaders(profile: Profile, values: Readonly<Record<string, string>>): void {
  for (const [, { headers = {} }] of exchangesOf(profile)) {
    for (const [name, template] of Object.entries(headers)) {
      if (isHeaderText(expand(template, values) ?? '')) continue
      throw new TypeError(
        `profile ${profile.name} cannot send the header ${name}: a variable in it is not visible ASCII`,
      )
    }
  }
}

function filled(profile: string, name: string, fallback: string | null, values: Record<string, string>): string {
  if (fallback === null) throw new TypeError(`profile ${profile} needs ${name}: ${profile}({ ${name}: '…' })`)
  const text = expand(fallback, values)
  if (text === undefined) throw new TypeError(`profile ${profile} cannot tell ${name}; give it: { ${name}: '…' }`)
  return text
}

function checked(profile: string, name: string, value: unknown): string {
  const field = `variable ${name} of profile ${profile}`
  if (typeof value !== 'string') throw wrong(field, 'a string', value)
  if (forbidden.test(value)) throw new TypeError(`${field} holds a brace or a control character`)
  return value
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}
