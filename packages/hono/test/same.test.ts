import { expect, test } from 'vitest'
import { same, snapshot } from '../src/same.js'

const shared = (): number => 1

test.for<[string, unknown, unknown, boolean]>([
  ['scalars', 'a', 'a', true],
  ['NaN', Number.NaN, Number.NaN, true],
  ['other scalars', 'a', 'b', false],
  ['a number and its text', 1, '1', false],
  ['nothing and null', undefined, null, false],
  ['objects', { a: 1, b: { c: ['d'] } }, { b: { c: ['d'] }, a: 1 }, true],
  ['objects without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }, true],
  ['a member more', { a: 1 }, { a: 1, b: 2 }, false],
  ['a member less', { a: 1, b: 2 }, { a: 1 }, false],
  ['a member that is there but undefined', { a: undefined }, { b: undefined }, false],
  ['a name of the prototype', { toString: undefined }, { a: undefined }, false],
  ['lists', ['a', 'b'], ['a', 'b'], true],
  ['lists in another order', ['a', 'b'], ['b', 'a'], false],
  ['a list and an object like it', ['a'], { 0: 'a' }, false],
  ['one function', { now: shared }, { now: shared }, true],
  ['two functions', { now: () => 1 }, { now: () => 1 }, false],
  ['instances of a class', new URL('https://a.test'), new URL('https://b.test'), false],
  ['equal instances of a class', new URL('https://a.test'), new URL('https://a.test'), false],
])('%s', ([, a, b, equal]) => {
  expect(same(a, b)).toBe(equal)
  expect(same(b, a)).toBe(equal)
})

test('a snapshot stays what it was, and keeps what is no plain data', () => {
  const url = new URL('https://a.test')
  const options = { audience: ['a'], nested: { now: shared }, url }
  const taken = snapshot(options)
  expect(same(taken, options)).toBe(true)
  expect(taken.url).toBe(url)
  options.audience.push('b')
  expect(same(taken, options)).toBe(false)
})

test('what is computed when it is read is no plain data: it need not be the same twice', () => {
  const schema = {
    get '~standard'() {
      return { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) }
    },
  }
  expect(same(snapshot({ claims: schema }), { claims: schema })).toBe(true)
  expect(snapshot(schema)).toBe(schema)
})
