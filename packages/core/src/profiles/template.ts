import { formEncode } from '../form-encode.js'
import type { Template } from './profile.js'

/** What the names in a template stand for. An empty value counts as not given. */
export type TemplateValues = Readonly<Record<string, string | null | undefined>>

const hole = /\{([+/]?)([A-Za-z][\w.]*)\}/g

/** A template in which no brace opens or closes nothing. */
export const wellFormed: RegExp = /^(?:[^{}]|\{[+/]?[A-Za-z][\w.]*\})*$/

/** Such a template of visible ASCII. */
export const wellFormedHeader: RegExp = /^(?:[\x20-\x7a|~]|\{[+/]?[A-Za-z][\w.]*\})*$/

/**
 * Fills a template in.
 *
 * @returns `undefined` when a value it cannot do without is missing, or would change the path (`.` and `..`).
 */
export function expand(template: Template, values: TemplateValues = {}): string | undefined {
  let complete = true
  const text = template.replace(hole, (_, operator: string, name: string) => {
    const value = (Object.hasOwn(values, name) ? values[name] : '') ?? ''
    if (operator === '/' && value === '') return ''
    const fits = operator === '+' ? value !== '' : !['', '.', '..'].includes(value)
    complete &&= fits
    return operator === '+' ? value : operator + encode(value)
  })
  return complete ? text : undefined
}

/** The names a template puts in as they are, `{+base}`. */
export function rawNamesIn(template: Template): readonly string[] {
  return [...template.matchAll(hole)].flatMap((match) => (match[1] === '+' ? (match[2] ?? []) : []))
}

/** The names a template uses. */
export function namesIn(template: Template): readonly string[] {
  return [...template.matchAll(hole)].flatMap((match) => match[2] ?? [])
}

/** RFC 6570 §3.2.2 leaves the unreserved characters alone and nothing else. */
function encode(value: string): string {
  return formEncode(value).replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~')
}
