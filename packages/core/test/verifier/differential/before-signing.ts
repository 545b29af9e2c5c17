import type { Random } from './random.js'

/** JSON texts of a header and a payload, not necessarily of any. */
export interface Texts {
  readonly header: string
  readonly payload: string
}

type Change = (texts: Texts, random: Random) => Texts

const audience = 'https://api.example.test/'
const issuer = 'https://issuer.example.test'

const times = [
  '0',
  '-1',
  '1e400',
  '-1e400',
  '1.5',
  '1799999999',
  '1800000000',
  '1800000001',
  '1800000000.5',
  '18e8',
  '1e30',
  '"1800000300"',
] as const

const audiences = [
  `"${audience}"`,
  `"${audience} "`,
  `["${audience}"]`,
  `["x","${audience}"]`,
  `["${audience}",1]`,
  `["${audience}",null]`,
  `[["${audience}"]]`,
  `{"0":"${audience}"}`,
] as const

/** Values of a claim or header member, as JSON texts. */
const values = [
  ...times,
  ...audiences,
  'null',
  'true',
  'false',
  '""',
  '" "',
  '"a b"',
  '[]',
  '{}',
  '[[]]',
  '"none"',
  '"JWT"',
  '"at+jwt"',
  '"application/at+jwt"',
  '"id_token"',
  '"refresh"',
  '"\\ud834"',
  `"${issuer}"`,
  `"${issuer}/"`,
  `["${issuer}"]`,
  '{"__proto__":{"a":1}}',
  `"${'x'.repeat(1100)}"`,
  `${'['.repeat(40)}${']'.repeat(40)}`,
] as const

const claims = [
  'iss',
  'aud',
  'sub',
  'exp',
  'nbf',
  'iat',
  'jti',
  'scope',
  'client_id',
  'cnf',
  'at_hash',
  'events',
] as const
const moreClaims = ['token_use', 'token_type', 'typ', 'htm', '__proto__', 'constructor', 'other'] as const
const members = ['typ', 'kid', 'cty', 'crit', 'b64', 'zip', 'jwk', 'jku', 'x5c', '__proto__', 'other'] as const

function membersOf(text: string): readonly (readonly [string, unknown])[] {
  return Object.entries(JSON.parse(text))
}

function written(entries: readonly (readonly [string, unknown])[], comma = ',', colon = ':'): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}${colon}${JSON.stringify(value)}`).join(comma)}}`
}

function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  const left = [...list]
  return list.flatMap(() => left.splice(random.below(left.length), 1))
}

/** A member put in first or last, whether there is one of its name or not. */
function withMember(text: string, name: string, value: string, random: Random): string {
  const member = `${JSON.stringify(name)}:${value}`
  return random.below(2) === 0 ? `{${member},${text.slice(1)}` : `${text.slice(0, -1)},${member}}`
}

/** A member replaced where there is one, added where there is none. */
function replaced(text: string, name: string, value: string): string {
  const others = membersOf(text).filter(([each]) => each !== name)
  return `${written(others).slice(0, -1)}${others.length === 0 ? '' : ','}${JSON.stringify(name)}:${value}}`
}

function escaped(text: string, random: Random): string {
  const [name = ''] = random.pick(membersOf(text))
  const at = random.below(name.length)
  const code = name.charCodeAt(at).toString(16).padStart(4, '0')
  return text.replace(`"${name}"`, `"${name.slice(0, at)}\\u${code}${name.slice(at + 1)}"`)
}

function either(texts: Texts, random: Random, change: (text: string) => string): Texts {
  return random.below(2) === 0
    ? { ...texts, header: change(texts.header) }
    : { ...texts, payload: change(texts.payload) }
}

/** What an issuer, or one who holds its key, may sign, by name. */
export const beforeSigning: Readonly<Record<string, Change>> = {
  'as it is': (texts) => texts,
  'members in another order': (texts, random) =>
    either(texts, random, (text) => written(shuffled(membersOf(text), random))),
  'with whitespace': (texts, random) =>
    either(texts, random, (text) => written(membersOf(text), random.pick([' ,\n', ',\t', ',\r\n  ']), ' : ')),
  'with whitespace around': (texts, random) =>
    either(
      texts,
      random,
      (text) => `${random.pick([' ', '\n', '\u00a0', '\ufeff', ''])}${text}${random.pick([' ', '\n', ''])}`,
    ),
  'a name escaped': (texts, random) => either(texts, random, (text) => escaped(text, random)),
  'a claim of another value': ({ header, payload }, random) => ({
    header,
    payload: replaced(payload, random.pick([...claims, ...moreClaims]), random.pick(values)),
  }),
  'another time': ({ header, payload }, random) => ({
    header,
    payload: replaced(payload, random.pick(['exp', 'nbf', 'iat']), random.pick(times)),
  }),
  'another audience': ({ header, payload }, random) => ({
    header,
    payload: replaced(payload, 'aud', random.pick(audiences)),
  }),
  'another kind of token': ({ header, payload }, random) => ({
    header,
    payload: replaced(
      payload,
      random.pick(['token_use', 'token_type', 'typ']),
      random.pick(['"refresh"', '"id_token"', '"access"', '"Bearer"']),
    ),
  }),
  'a header member of another value': ({ header, payload }, random) => ({
    header: replaced(header, random.pick(members), random.pick(values)),
    payload,
  }),
  'a claim twice': ({ header, payload }, random) => ({
    header,
    payload: withMember(payload, random.pick(claims), random.pick(values), random),
  }),
  'a header member twice': ({ header, payload }, random) => ({
    header: withMember(header, random.pick([...members, 'alg']), random.pick(values), random),
    payload,
  }),
  'a member dropped': (texts, random) =>
    either(texts, random, (text) => {
      const [name] = random.pick(membersOf(text))
      return written(membersOf(text).filter(([each]) => each !== name))
    }),
  'a character changed': (texts, random) =>
    either(texts, random, (text) => {
      const at = random.below(text.length)
      return text.slice(0, at) + String.fromCharCode(random.below(128)) + text.slice(at + 1)
    }),
  'cut off': (texts, random) => either(texts, random, (text) => text.slice(0, random.below(text.length))),
  'no object': (texts, random) => either(texts, random, () => random.pick(values)),
  'more after it': (texts, random) => either(texts, random, (text) => text + random.pick(['x', '{}', ',', '\u0000'])),
}
