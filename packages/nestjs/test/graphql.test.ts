import { createVerifier } from '@auth/core'
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import { Module, type Type } from '@nestjs/common'
import {
  Field,
  GraphQLModule,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  Resolver,
  Subscription,
} from '@nestjs/graphql'
import { createClient } from 'graphql-ws'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { graphql } from '../src/graphql.js'
import { AuthModule, OptionalAuth, Public, RequireScopes, Token } from '../src/index.js'
import { call, startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()
const reader = await issuer.bearer('accounts:read')
const writer = await issuer.bearer('accounts:read accounts:write')
const scopeless = await issuer.bearer('')

@ObjectType()
class Account {
  @Field(() => String)
  readonly owner: string

  constructor(owner: string) {
    this.owner = owner
  }
}

@Resolver(() => Account)
@RequireScopes('accounts:read')
class AccountsResolver {
  @Query(() => Account)
  account(@Token('subject') subject: string | undefined): Account {
    return new Account(subject ?? '')
  }

  @Mutation(() => String)
  @RequireScopes('accounts:write')
  rename(): string {
    return 'renamed'
  }

  @Query(() => String)
  @Public()
  health(): string {
    return 'ok'
  }

  @Query(() => String)
  @OptionalAuth()
  greet(@Token('subject') subject: string | undefined): string {
    return subject ?? 'stranger'
  }

  @Subscription(() => Number, { resolve: (value: number) => value })
  async *ticks(): AsyncGenerator<number> {
    yield 1
    await new Promise(() => {})
  }
}

@Resolver(() => Account)
class BalanceResolver {
  @ResolveField(() => Number)
  @RequireScopes('cards:read')
  balance(): number {
    return 5
  }
}

function appOf(
  {
    transports = [graphql()],
    fieldResolverEnhancers = ['guards'],
    context,
    resolvers = [AccountsResolver],
  }: {
    transports?: readonly ReturnType<typeof graphql>[]
    fieldResolverEnhancers?: NonNullable<ApolloDriverConfig['fieldResolverEnhancers']>
    resolvers?: Type[]
    context?: ApolloDriverConfig['context']
  } = {},
  verifier: Parameters<typeof AuthModule.forRoot>[0] = issuer.verifier(),
): Type {
  @Module({
    imports: [
      AuthModule.forRoot(verifier, { transports }),
      GraphQLModule.forRoot<ApolloDriverConfig>({
        driver: ApolloDriver,
        autoSchemaFile: true,
        fieldResolverEnhancers,
        ...(context === undefined ? {} : { context }),
        includeStacktraceInErrorResponses: false,
        subscriptions: { 'graphql-ws': true },
      }),
    ],
    providers: resolvers,
  })
  class AppModule {}
  return AppModule
}

async function ask(url: string, query: string, authorization?: string): Promise<unknown> {
  const headers = new Headers({ 'content-type': 'application/json' })
  if (authorization !== undefined) headers.set('authorization', authorization)
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return await response.json()
}

/** The extensions of a refusal: the core's answer to a request, and the code that Apollo knows. */
async function refusal(code: string, authorization: string | undefined, scopes?: 'accounts:read' | 'accounts:write') {
  const error: unknown = await issuer
    .verifier()
    .authenticate({ headers: { authorization } }, { scopes })
    .catch((thrown: unknown) => thrown)
  if (!(error instanceof Error && 'answer' in error)) throw new Error('the core accepts this request')
  const { status, headers, body } = { status: 0, headers: [], body: '', ...Object(error.answer) }
  const challenge = new Map<string, string>(headers).get('www-authenticate')
  return { errors: [expect.objectContaining({ extensions: { code, status, challenge, body: JSON.parse(body) } })] }
}

describe('queries and mutations', () => {
  test('are answered to whoever may ask', async () => {
    await using running = await startApp('express', appOf())
    const { url } = running
    expect(await ask(url, '{ account { owner } }', reader)).toEqual({ data: { account: { owner: 'ada' } } })
    expect(await ask(url, 'mutation { rename }', writer)).toEqual({ data: { rename: 'renamed' } })
    expect(await ask(url, '{ health }')).toEqual({ data: { health: 'ok' } })
    expect(await ask(url, '{ greet }')).toEqual({ data: { greet: 'stranger' } })
    expect(await ask(url, '{ greet }', scopeless)).toEqual({ data: { greet: 'ada' } })
  })

  test('are refused with the whole answer in extensions', async () => {
    await using running = await startApp('express', appOf())
    const { url } = running
    const garbage = 'Bearer garbage'
    const twice = `${reader}, ${reader}`
    expect(await ask(url, '{ account { owner } }')).toMatchObject(await refusal('UNAUTHENTICATED', undefined))
    expect(await ask(url, '{ account { owner } }', garbage)).toMatchObject(await refusal('UNAUTHENTICATED', garbage))
    expect(await ask(url, '{ account { owner } }', twice)).toMatchObject(await refusal('BAD_REQUEST', twice))
    expect(await ask(url, '{ greet }', garbage)).toMatchObject(await refusal('UNAUTHENTICATED', garbage))
    expect(await ask(url, '{ account { owner } }', scopeless)).toMatchObject(
      await refusal('FORBIDDEN', scopeless, 'accounts:read'),
    )
    expect(await ask(url, 'mutation { rename }', reader)).toMatchObject(
      await refusal('FORBIDDEN', reader, 'accounts:write'),
    )
  })

  test('of one request verify its token once', async () => {
    const events: string[] = []
    await using running = await startApp(
      'express',
      appOf(
        {},
        issuer.verifier(({ type }) => events.push(type)),
      ),
    )
    expect(await ask(running.url, '{ account { owner } other: account { owner } greet }', reader)).toEqual({
      data: { account: { owner: 'ada' }, other: { owner: 'ada' }, greet: 'ada' },
    })
    expect(events).toEqual(['token_accepted'])
  })

  test('are denied without the transport, unless they are public', async () => {
    await using running = await startApp('express', appOf({ transports: [] }))
    expect(await ask(running.url, '{ account { owner } }', reader)).toMatchObject({ errors: [expect.anything()] })
    expect(await ask(running.url, '{ health }')).toEqual({ data: { health: 'ok' } })
    expect(await call(`${running.url}/nowhere`)).toMatchObject({ status: 404 })
  })
})

describe('a context', () => {
  test('that is made for each request may hold what it likes', async () => {
    await using running = await startApp('express', appOf({ context: () => ({ shop: 'open' }) }))
    expect(await ask(running.url, '{ greet }', reader)).toEqual({ data: { greet: 'ada' } })
    expect(await ask(running.url, '{ greet }')).toEqual({ data: { greet: 'stranger' } })
  })

  test('that all requests share brings nobody the token of another', async () => {
    await using running = await startApp('express', appOf({ context: { shop: 'open' } }))
    expect(await ask(running.url, '{ greet }', reader)).toEqual({ data: { greet: 'ada' } })
    expect(await ask(running.url, '{ greet }')).toMatchObject({
      errors: [{ message: expect.stringContaining('GraphQLModule needs its context as a function') }],
    })
  })
})

describe('fields', () => {
  const resolvers = [AccountsResolver, BalanceResolver]

  test('are guarded where guards run for them', async () => {
    await using running = await startApp('express', appOf({ resolvers }))
    expect(await ask(running.url, '{ account { balance } }', reader)).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN', challenge: expect.stringContaining('scope="cards:read"') } }],
    })
  })

  test('whose scopes nobody would look at keep the application from starting', async () => {
    const app = appOf({ resolvers, fieldResolverEnhancers: [] })
    await expect(startApp('express', app).then((running) => running.app.close())).rejects.toThrow(
      "BalanceResolver.balance asks for scopes that nobody looks at: give GraphQLModule the option fieldResolverEnhancers: ['guards']",
    )
  })
})

describe('subscriptions', () => {
  /** The first thing a subscription brings, a value or an error, and at last why its connection was closed. */
  async function subscribe(url: string, connectionParams: Record<string, unknown>, header?: string) {
    class Socket extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, header === undefined ? {} : { headers: { authorization: header } })
      }
    }
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Socket,
      connectionParams,
      retryAttempts: 0,
    })
    const closed = new Promise<unknown>((resolve) => client.on('closed', resolve))
    const first = await new Promise<unknown>((resolve) =>
      client.subscribe(
        { query: 'subscription { ticks }' },
        { next: resolve, error: resolve, complete: () => resolve(undefined) },
      ),
    )
    return { first, closed, end: () => client.dispose() }
  }

  test.for<[name: string, params: Record<string, unknown>, header?: string]>([
    ['connectionParams', { authorization: reader }],
    ['connectionParams, in capitals', { Authorization: reader }],
    ['the header of the request that opens the connection', {}, reader],
  ])('take their token from %s', async ([, params, header]) => {
    await using running = await startApp('express', appOf())
    const { first, end } = await subscribe(running.url, params, header)
    expect(first).toEqual({ data: { ticks: 1 } })
    await end()
  })

  test.for<[name: string, params: Record<string, unknown>, header: string | undefined, code: string]>([
    ['no token', {}, undefined, 'UNAUTHENTICATED'],
    ['a bad token', { authorization: 'Bearer garbage' }, undefined, 'UNAUTHENTICATED'],
    ['no scope', { authorization: scopeless }, undefined, 'FORBIDDEN'],
    ['two tokens', { authorization: reader }, reader, 'BAD_REQUEST'],
    ['a token that is none', { authorization: [reader] }, undefined, 'UNAUTHENTICATED'],
  ])('are refused with %s', async ([, params, header, code]) => {
    await using running = await startApp('express', appOf())
    const { first, end } = await subscribe(running.url, params, header)
    const errors = [expect.objectContaining({ extensions: expect.objectContaining({ code }) })]
    expect(Array.isArray(first) ? { errors: first } : first).toMatchObject({ errors })
    await end()
  })

  test('share a context with nobody', async () => {
    await using running = await startApp('express', appOf({ context: { shop: 'open' } }))
    const first = await subscribe(running.url, { authorization: reader })
    expect(first.first).toEqual({ data: { ticks: 1 } })
    const second = await subscribe(running.url, {})
    expect(second.first).toMatchObject({ errors: [{ message: expect.stringContaining('as a function') }] })
    expect(await ask(running.url, '{ greet }')).toMatchObject({ errors: [expect.anything()] })
    await first.end()
    await second.end()
  })

  test('may have a context of their connection', async () => {
    const context = ({ extra }: { extra: object }) => extra
    await using running = await startApp('express', appOf({ context }))
    const { first, end } = await subscribe(running.url, { authorization: reader })
    expect(first).toEqual({ data: { ticks: 1 } })
    await end()
  })

  test('end with their token', async () => {
    // It stands still, so that the token lives until the test says otherwise.
    let now = Date.now()
    const verifier = createVerifier({ ...issuer.options, clockTolerance: 0, now: () => now })
    const iat = Math.floor(now / 1000)
    const soon = await issuer.bearer('accounts:read', { iat, exp: iat + 1 })
    await using running = await startApp('express', appOf({}, verifier))
    const { first, closed } = await subscribe(running.url, { authorization: soon })
    expect(first).toEqual({ data: { ticks: 1 } })
    now += 3000
    expect(await closed).toMatchObject({ code: 4403 })
  })
})
