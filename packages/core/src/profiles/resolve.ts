import { own } from '../json.js'
import { wrong } from './check.js'
import { exchangesOf } from './exchanges.js'
import { isHeaderText } from './header.js'
import type { Profile } from './profile.js'
import { expand, namesIn } from './template.js'

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
    if (fallback === null && own(given, name) === undefined && isReplaced(profile, name, given)) continue
    values[name] = checked(profile.name, name, own(given, name) ?? filled(profile, name, fallback, values))
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

function filled(profile: Profile, name: string, fallback: string | null, values: Record<string, string>): string {
  const own = `profile ${profile.name}`
  if (fallback === null) {
    const others = replacementsOf(profile, name).map((each) => `, or ${each}`)
    throw new TypeError(`${own} needs ${name}: ${profile.name}({ ${name}: '…' })${others.join('')}`)
  }
  const text = expand(fallback, values)
  if (text === undefined) throw new TypeError(`${own} cannot tell ${name}; give it: { ${name}: '…' }`)
  return text
}

/** Whether nothing is left that a variable is needed for. */
function isReplaced(profile: Profile, name: string, given: Readonly<Record<string, string | undefined>>): boolean {
  const others = replacementsOf(profile, name)
  return others.length > 0 && others.every((each) => own(given, each) !== undefined)
}

/** The variables in whose defaults alone this one is named. */
function replacementsOf({ variables = {}, ...profile }: Profile, name: string): readonly string[] {
  if (namesIn(JSON.stringify(profile)).includes(name)) return []
  return Object.entries(variables).flatMap(([each, value]) =>
    value !== null && namesIn(value).includes(name) ? [each] : [],
  )
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
