import { describe, expect, test } from 'vitest'
import { mentions } from '../../src/profiles/secrets.js'

describe('what repeats a secret', () => {
  test.for<readonly [text: string, secret: string, expected: boolean]>([
    ['the password hunter2-and-more is wrong', 'hunter2-and-more', true],
    ['HUNTER2 is wrong', 'hunter2-and-more', true],
    ['it ends in d-more', 'hunter2-and-more', true],
    ['it ends in -more', 'hunter2-and-more', false],
    ['pass%20word%2F+%25', 'pass word/+%', true],
    ['sent: pass+word%2F%2B%25', 'pass word/+%', true],
    [String.raw`{"secret":"quo\"te\\d"}`, String.raw`quo"te\d`, true],
    ['the pin 1234 is wrong', '1234', true],
    ['the pin 123 is wrong', '1234', false],
    ['nothing was sent', '', false],
    ['', 'hunter2-and-more', false],
  ])('%j and %j: %j', ([text, secret, expected]) => {
    expect(mentions(text, ['unrelated', secret])).toBe(expected)
  })

  // Looked for one after the other, the parts of this one take minutes.
  test('is found out at once, however long a secret is that a server sent', () => {
    const sent = 'a'.repeat(1_000_000)
    expect(mentions('aaaaab'.repeat(680), [sent])).toBe(false)
    expect(mentions('aaaaab'.repeat(680), [`${sent}b`])).toBe(true)
  })
})
