import { createVerifier } from '@auth/core'
import { Module, type Type } from '@nestjs/common'
import { GraphQLModule, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql'
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius'
import { createClient } from 'graphql-ws'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { graphql } from '../src/graphql.js'
import { AuthModule, Public, RequireScopes, Token } from '../src/index.js'
import { startApp } from './support/app.js'
import { createIssuer } from './support/issuer.js'

const issuer = await createIssuer()
const reader = await issuer.bearer('accounts:read')
const scopeless = await issuer.bearer('')

@Resolver()
@RequireScopes('accounts:read')
class AccountsResolver {
  @Query(() => String)
  account(@Token('subject') subject: string | undefined): string {
    return subject ?? ''
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

  @Subscription(() => Number, { resolve: (value: number) => value })
  async *ticks(): AsyncGenerator<number> {
    yield 1
    await new Promise(() => {})
  }
}

function appOf(verifier: Parameters<typeof AuthModule.forRoot>[0] = issuer.verifier()): Type {
  @Module({
    imports: [
      AuthModule.forRoot(verifier, { transports: [graphql()] }),
      GraphQLModule.forRoot<MercuriusDriverConfig>({
        driver: MercuriusDriver,
        autoSchemaFile: true,
        subscription: {
          fullWsTransport: true,
          context: (socket, { raw: request }) => ({ extra: { socket, request } }),
        },
      }),
    ],
    providers: [AccountsResolver],
  })
  class AppModule {}
  return AppModule
}

async function ask(url: string, query: string, authorization = ''): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) }
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return await response.json()
}

function refusedWith(code: string) {
  return { errors: refusal(code) }
}

function refusal(code: string) {
  return [expect.objectContaining({ extensions: expect.objectContaining({ code }) })]
}

test('queries and mutations are answered to whoever may ask', async () => {
  await using running = await startApp('fastify', appOf())
  expect(await ask(running.url, '{ health account }', reader)).toEqual({ data: { health: 'ok', account: 'ada' } })
  expect(await ask(running.url, '{ health }')).toEqual({ data: { health: 'ok' } })
  expect(await ask(running.url, '{ account }')).toMatchObject(refusedWith('UNAUTHENTICATED'))
  expect(await ask(running.url, 'mutation { rename }', reader)).toMatchObject(refusedWith('FORBIDDEN'))
})

describe('over a WebSocket', () => {
  /** The first thing an operation brings, and at last why its connection was closed. */
  async function subscribe(url: string, connectionParams: Record<string, unknown>, query = 'subscription { ticks }') {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams,
      retryAttempts: 0,
    })
    const closed = new Promise<unknown>((resolve) => client.on('closed', resolve))
    const first = await new Promise<unknown>((resolve) =>
      client.subscribe({ query }, { next: resolve, error: resolve, complete: () => resolve(undefined) }),
    )
    return { first, closed, end: () => client.dispose() }
  }

  test('a subscription takes its token from connectionParams', async () => {
    await using running = await startApp('fastify', appOf())
    const { first, end } = await subscribe(running.url, { authorization: reader })
    expect(first).toEqual({ data: { ticks: 1 } })
    await end()
  })

  test.for<[name: string, params: Record<string, unknown>, code: string]>([
    ['no token', {}, 'UNAUTHENTICATED'],
    ['a bad token', { authorization: 'Bearer garbage' }, 'UNAUTHENTICATED'],
    ['no scope', { authorization: scopeless }, 'FORBIDDEN'],
  ])('it is refused with %s', async ([, params, code]) => {
    await using running = await startApp('fastify', appOf())
    const { first, end } = await subscribe(running.url, params)
    expect(first).toEqual(refusal(code))
    await end()
  })

  test('queries are denied', async () => {
    await using running = await startApp('fastify', appOf())
    const { first, end } = await subscribe(running.url, { authorization: reader }, '{ account }')
    expect(first).toMatchObject({ data: null, errors: [{ message: 'Forbidden resource' }] })
    await end()
  })

  test('the connection ends with its token', async () => {
    // It stands still, so that the token lives until the test says otherwise.
    let now = Date.now()
    const verifier = createVerifier({ ...issuer.options, clockTolerance: 0, now: () => now })
    const iat = Math.floor(now / 1000)
    const soon = await issuer.bearer('accounts:read', { iat, exp: iat + 1 })
    await using running = await startApp('fastify', appOf(verifier))
    const { first, closed } = await subscribe(running.url, { authorization: soon })
    expect(first).toEqual({ data: { ticks: 1 } })
    now += 3000
    expect(await closed).toMatchObject({ code: 4403 })
  })
})
