import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { createBeside } from '../src/beside.js'

test.for<[name: string, prepare: (target: object) => object, later: (target: object) => object]>([
  ['an object', (target) => target, (target) => target],
  ['one that takes no property', Object.freeze, (target) => target],
  ['one that takes none any more', (target) => target, Object.freeze],
])('what is kept beside %s is its own, and can be taken back', ([, prepare, later]) => {
  const [beside, another] = [createBeside<string>(), createBeside<string>()]
  const target = prepare({})
  expect(beside.get(target)).toBeUndefined()
  beside.set(target, 'one')
  later(target)
  beside.set(target, 'two')
  expect(beside.get(target)).toBe('two')
  for (const other of [{ ...target }, Object.create(target), structuredClone(target)]) {
    expect(beside.get(other)).toBeUndefined()
  }
  expect(another.get(target)).toBeUndefined()
  beside.set(target, undefined)
  expect(beside.get(target)).toBeUndefined()
})

test('nobody who prints an object sees it', () => {
  const target = { shown: true }
  createBeside<string>().set(target, 'hidden')
  expect(inspect(target)).toBe('{ shown: true }')
  expect(JSON.stringify(target)).toBe('{"shown":true}')
})
