import { filesIn, type JwkOrSet, jsonOf, keysOf, textOf, type Vector } from './vector.js'

interface Example {
  readonly title: string
  readonly input: { readonly key?: JwkOrSet | readonly JwkOrSet[] }
  readonly output: { readonly compact?: string; readonly json?: object; readonly json_flat?: object }
}

/** The examples of RFC 7520, RFC 7797 and RFC 8037: compact ones are accepted, JSON serialisations refused. */
export function cookbook(): readonly Vector[] {
  const files = ['jws', 'rfc7797'].flatMap((place) => filesIn(`rfc7520-cookbook/${place}`, '.json'))
  return [...files, 'rfc7520-cookbook/curve25519/jws.json'].flatMap((file) => {
    const { title, input, output } = jsonOf<Example>(file)
    const keys = [input.key ?? []].flat().flatMap((key) => keysOf(key))
    const vector = (form: string, token: unknown, expected: Vector['expected']): readonly Vector[] =>
      token === undefined ? [] : [{ name: `cookbook ${title} (${form})`, token, keys, expected }]
    return [
      ...vector('compact', output.compact, 'accepted'),
      ...vector('general JSON', output.json, 'refused'),
      ...vector('general JSON as text', output.json && JSON.stringify(output.json), 'refused'),
      ...vector('flattened JSON', output.json_flat, 'refused'),
    ]
  })
}

const place = 'latchset-jose/tests/vectors'

/** The examples of RFC 7515 and RFC 7520 as latchset/jose has them: `.jwsc` is compact, everything else is refused. */
export function latchset(): readonly Vector[] {
  const files = filesIn(place, '')
  return ['.jwsc', '.jwsf', '.jwsg', '.jwec', '.jwef', '.jweg'].flatMap((ending) =>
    filesIn(place, ending).map((file) => ({
      name: `latchset ${file.slice(place.length + 1)}`,
      token: textOf(file).trim(),
      keys: keysOf(keyBeside(file.slice(0, -ending.length), files)),
      expected: ending === '.jwsc' ? 'accepted' : 'refused',
    })),
  )
}

function keyBeside(stem: string, files: readonly string[]): JwkOrSet | undefined {
  const found = ['.jwk', '.jwkset'].map((each) => stem + each).find((each) => files.includes(each))
  if (found === undefined) return undefined
  // Some were links, of which only the target's name was kept.
  const text = textOf(found).trim()
  return text.startsWith('{') ? JSON.parse(text) : jsonOf(`${place}/${text}`)
}
