import { initTRPC } from '@trpc/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthContext, createTrpcAuth } from '../src/index.js'
import { type Issuer, startIssuer } from './support/issuer.js'
import { listen } from './support/server.js'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
})

afterAll(() => issuer[Symbol.asyncDispose]())

/** A policy is asked of the verifier that accepted the token: context and procedures must share one. */
test.for(['options', 'the environment'])('everything bound to %s shares a verifier', async (source) => {
  const { issuer: name, audience, realm } = issuer.options
  Object.assign(process.env, { AUTH_ISSUER: name, AUTH_AUDIENCE: audience, AUTH_REALM: realm })
  const auth = source === 'options' ? createTrpcAuth(issuer.options) : createTrpcAuth()
  const t = initTRPC.context<AuthContext>().create()
  const router = t.router({ read: t.procedure.concat(auth.scoped('accounts:read')).query(() => 'granted') })
  await using server = await listen({ router, createContext: auth.createContext, responseMeta: auth.responseMeta })
  const statusOf = async (scope: string): Promise<number> => {
    const headers = { authorization: await issuer.bearer({ scope }) }
    return (await fetch(`${server.url}/read`, { headers })).status
  }
  expect([await statusOf('accounts:read'), await statusOf('cards:read')]).toEqual([200, 403])
})
