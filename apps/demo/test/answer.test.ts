import { expect, test } from 'vitest'
import { type Answer, inWords, readAnswer, sameAnswer } from '../src/answer.js'

const answer: Answer = { status: 403, challenge: 'Bearer scope="a:b"', error: 'insufficient_scope' }

test.for<Partial<Answer>>([
  { status: 401 },
  { challenge: 'Bearer' },
  { challenge: undefined },
  { error: 'invalid_token' },
  { accounts: 0 },
  { failure: 'TypeError' },
])('an answer with %j is another one', (change) => {
  expect(sameAnswer(answer, { ...answer })).toBe(true)
  expect(sameAnswer(answer, { ...answer, ...change })).toBe(false)
})

test.for<[Answer, string]>([
  [{ status: 200, accounts: 3 }, '200 3 accounts'],
  [answer, '403 insufficient_scope a:b'],
  [{ status: 401, challenge: 'Bearer realm="accounts"' }, '401 bare challenge'],
  [{ status: 500 }, '500'],
  [{ status: 0, failure: 'no answer: TypeError' }, 'no answer: TypeError'],
])('%j reads %s', ([given, words]) => {
  expect(inWords(given)).toBe(words)
})

test.for<[Response, Answer]>([
  [Response.json([{}, {}]), { status: 200, accounts: 2 }],
  [Response.json({ error: 7 }, { status: 500 }), { status: 500 }],
  [
    Response.json({ error: 'invalid_token' }, { status: 401, headers: { 'www-authenticate': 'Bearer' } }),
    { status: 401, challenge: 'Bearer', error: 'invalid_token' },
  ],
  [Response.json(null, { status: 404 }), { status: 404 }],
])('%#: a response is read', async ([response, expected]) => {
  expect(await readAnswer(response)).toEqual(expected)
})
