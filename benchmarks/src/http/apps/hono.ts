import { bearer } from '@auth/hono'
import { serve } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { jwk } from 'hono/jwk'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { answer, type Setting, type Start } from '../app.js'
import { keysAt } from '../keys.js'

declare module 'hono' {
  interface ContextVariableMap {
    passed: unknown
  }
}

export const nothing: Start = () => start()

export const passThrough: Start = () =>
  start(async (c, next) => {
    c.set('passed', c.req.header('authorization'))
    await next()
  })

export const toolkit: Start = ({ issuer, audience, jwksUri }) => start(bearer({ issuer, audience, jwks: jwksUri }))

export const honoJwk: Start = async (setting) =>
  start(jwk({ keys: await keysAt(setting.jwksUri), alg: ['RS256'], verification: verification(setting) }))

export const honoJwkByUri: Start = (setting) =>
  start(jwk({ jwks_uri: setting.jwksUri, alg: ['RS256'], verification: verification(setting) }))

export const jose: Start = ({ issuer, audience, jwksUri }) => {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  return start(async (c, next) => {
    const token = c.req.header('authorization')?.split(' ')[1] ?? ''
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] })
      c.set('passed', payload)
    } catch {
      return c.body(null, 401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
    }
    return await next()
  })
}

function verification({ issuer, audience }: Setting): { readonly iss: string; readonly aud: string } {
  return { iss: issuer, aud: audience }
}

function start(...middlewares: readonly MiddlewareHandler[]): ReturnType<Start> {
  const app = new Hono()
  for (const middleware of middlewares) app.use(middleware)
  app.get('/me', (c) => c.json(answer))
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve({ port, path: '/me' }))
  })
}
