import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { password } from '../../../src/client/grants/standard.js'
import { tokenExchange } from '../../../src/client/grants/token-exchange.js'
import { TokenRequestError } from '../../../src/errors.js'
import { clientOf, errorOf } from '../../support/client.js'
import { testClock } from '../../support/clock.js'
import { type Handler, json, serve, tokenAnswer } from '../../support/local-server.js'

const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const jwt = 'urn:ietf:params:oauth:token-type:jwt'

/** RFC 8693 §2.2.1, with the subject in the token so that nobody can be served another's. */
const exchanged: Handler = ({ body }, response, index) => {
  const subject = new URLSearchParams(body).get('subject_token')
  json(response, {
    access_token: `${subject}-exchanged-${index}`,
    issued_token_type: accessToken,
    token_type: 'Bearer',
    expires_in: 60,
  })
}

describe('tokenExchange()', () => {
  test.for([
    ['a subject', { subjectToken: 'one' }, { subject_token: 'one', subject_token_type: accessToken }],
    [
      'an actor',
      { subjectToken: 'one', subjectTokenType: jwt, actorToken: 'two' },
      { subject_token: 'one', subject_token_type: jwt, actor_token: 'two', actor_token_type: accessToken },
    ],
    [
      'a wish',
      { subjectToken: 'one', actorToken: 'two', actorTokenType: jwt, requestedTokenType: jwt },
      {
        subject_token: 'one',
        subject_token_type: accessToken,
        actor_token: 'two',
        actor_token_type: jwt,
        requested_token_type: jwt,
      },
    ],
  ] as const)(
    'with %s sends what RFC 8693 §2.1 says, and what every grant may ask for',
    async ([, options, expected]) => {
      await using server = await serve(exchanged)
      const client = clientOf(server.origin, {
        grant: tokenExchange(options),
        scope: 'read',
        resource: ['https://a.example/', 'https://b.example/'],
        audience: 'api',
        parameters: { tenant: 'blue' },
      })
      await client.getToken()
      const sent = new URLSearchParams(server.requests[0]?.body)
      expect(sent.getAll('resource')).toEqual(['https://a.example/', 'https://b.example/'])
      expect(Object.fromEntries(sent)).toEqual({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        ...expected,
        scope: 'read',
        resource: 'https://b.example/',
        audience: 'api',
        tenant: 'blue',
      })
    },
  )

  test.for([
    ['no subject token', () => tokenExchange({ subjectToken: '' })],
    // @ts-expect-error what a caller without types may do
    ['nothing', () => tokenExchange(undefined)],
    ['an empty actor token', () => tokenExchange({ subjectToken: 'one', actorToken: '' })],
    ['a type without an actor', () => tokenExchange({ subjectToken: 'one', actorTokenType: jwt })],
    ['a type that is no URI', () => tokenExchange({ subjectToken: 'one', subjectTokenType: 'jwt' })],
  ] as const)('refuses %s', ([, make]) => {
    expect(make).toThrow(TypeError)
  })

  test('tells what was issued', async () => {
    await using server = await serve(exchanged)
    const token = await clientOf(server.origin, { grant: tokenExchange({ subjectToken: 'one' }) }).getToken()
    expect(token.metadata).toEqual({ issued_token_type: accessToken })
  })

  test.for(['N_A', 'n_a'])('token_type %s: what is no access token is not taken for one', async (token_type) => {
    await using server = await serve(tokenAnswer({ token_type, issued_token_type: jwt }))
    const grant = tokenExchange({ subjectToken: 'one', requestedTokenType: jwt })
    expect(await errorOf(clientOf(server.origin, { grant }).getToken())).toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining('N_A'),
    })
  })
})

describe('a grant of one call', () => {
  test('serves each subject a token of its own, and nobody another one', async () => {
    await using server = await serve(exchanged)
    const client = clientOf(server.origin)
    const subjects = ['ada', 'grace', 'edsger']
    const wanted = [...subjects, ...subjects, ...subjects]
    const tokens = await Promise.all(
      wanted.map((subjectToken) => client.getToken({ grant: tokenExchange({ subjectToken }) })),
    )
    const names = tokens.map(({ accessToken }) => accessToken.split('-')[0])
    expect(names).toEqual(wanted)
    expect(server.requests.length).toBe(3)
    await client.getToken({ grant: tokenExchange({ subjectToken: 'grace' }) })
    expect(server.requests.length).toBe(3)
  })

  test('keeps apart what is asked for, and from the client itself', async () => {
    await using server = await serve(exchanged)
    const client = clientOf(server.origin)
    const grant = tokenExchange({ subjectToken: 'ada' })
    await client.getToken({ grant })
    await client.getToken({ grant, scope: 'read' })
    await client.getToken({ grant, resource: 'https://a.example/' })
    await client.getToken()
    await client.getToken({ grant, scope: 'read' })
    expect(server.requests.map(({ body }) => new URLSearchParams(body).get('grant_type')?.split(':').at(-1))).toEqual([
      'token-exchange',
      'token-exchange',
      'token-exchange',
      'client_credentials',
    ])
  })

  test.for(['invalid_grant', 'invalid_request'])(
    '%s: a subject that was refused is remembered, the others go on',
    async (error) => {
      const clock = testClock()
      await using server = await serve((request, response, index) => {
        if (request.body.includes('mallory')) json(response, { error }, 400)
        else void exchanged(request, response, index)
      })
      const client = clientOf(server.origin, { now: clock.now })
      const mallory = () => tokenExchange({ subjectToken: 'mallory' })
      expect(await errorOf(client.getToken({ grant: mallory() }))).toMatchObject({ code: error })
      // Whatever is asked for on their behalf.
      expect(await errorOf(client.getToken({ grant: mallory(), scope: 'read' }))).toMatchObject({ code: error })
      expect(server.requests.length).toBe(1)
      await client.getToken({ grant: tokenExchange({ subjectToken: 'ada' }) })
      await client.getToken({ grant: mallory(), scope: 'read' }).catch(() => undefined)
      expect(server.requests.length).toBe(2)
      clock.advance(31)
      await errorOf(client.getToken({ grant: mallory() }))
      expect(server.requests.length).toBe(3)
    },
  )

  test('invalid_grant: a wrong password of one call does not keep the client from its own token', async () => {
    await using server = await serve((request, response, index) => {
      if (request.body.includes('password')) json(response, { error: 'invalid_grant' }, 400)
      else void exchanged(request, response, index)
    })
    const client = clientOf(server.origin)
    const wrong = (username: string) => client.getToken({ grant: password({ username, password: 'wrong' }) })
    await errorOf(wrong('ada'))
    await errorOf(wrong('ada'))
    await errorOf(wrong('grace'))
    await client.getToken()
    expect(server.requests.length).toBe(3)
  })

  test('a client that is refused is refused for everybody', async () => {
    await using server = await serve((_, response) => json(response, { error: 'invalid_client' }, 401))
    const client = clientOf(server.origin)
    for (const subjectToken of ['ada', 'grace']) {
      const error = await errorOf(client.getToken({ grant: tokenExchange({ subjectToken }) }))
      expect(error).toMatchObject({ code: 'invalid_client' })
    }
    expect(server.requests.length).toBe(1)
  })

  test('that is no grant, or none this server takes, is a typed error', async () => {
    await using server = await serve(exchanged)
    const client = clientOf(server.origin)
    for (const grant of ['token_exchange', {}, null]) {
      // @ts-expect-error what a caller without types may do
      const error = await errorOf(client.getToken({ grant }))
      expect(error).toBeInstanceOf(TokenRequestError)
      expect(error).toMatchObject({ code: 'unsupported_grant_type' })
    }
    expect(server.requests.length).toBe(0)
  })

  test('shows nothing of its tokens', () => {
    const grant = tokenExchange({ subjectToken: 'planted-subject', actorToken: 'planted-actor' })
    expect(inspect(grant, { depth: 9, showHidden: true, getters: true }) + JSON.stringify(grant)).not.toContain(
      'planted',
    )
  })

  test('is told in the events, and revoked with the rest', async () => {
    await using server = await serve(exchanged)
    const told: string[] = []
    const client = clientOf(server.origin, { onEvent: ({ type, grant }) => told.push(`${type} ${grant}`) })
    const grant = tokenExchange({ subjectToken: 'ada' })
    await client.getToken({ grant })
    await client.getToken({ grant })
    await client.getToken()
    expect(told).toEqual(['acquired token_exchange', 'hit token_exchange', 'acquired client_credentials'])
    await client.revoke()
    await client.getToken({ grant })
    expect(server.requests.length).toBe(3)
  })
})
