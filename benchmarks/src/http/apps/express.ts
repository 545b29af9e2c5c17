import type { AddressInfo } from 'node:net'
import { BearerError, createVerifier } from '@auth/core'
import express, { type RequestHandler } from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { answer, type Start } from '../app.js'

export const nothing: Start = () => start()

export const passThrough: Start = () =>
  start((req, res, next) => {
    res.locals.token = req.headers.authorization
    next()
  })

/** As the recipe in docs/recipes.md. */
export const toolkit: Start = ({ issuer, audience, jwksUri }) => {
  const verifier = createVerifier({ issuer, audience, jwks: jwksUri })
  return start(async (req, res, next) => {
    const { method, originalUrl: url, headers, rawHeaders, socket } = req
    try {
      res.locals.token = await verifier.authenticate({ method, url, headers, rawHeaders, socket })
    } catch (error) {
      if (!(error instanceof BearerError)) throw error
      for (const [name, value] of error.answer.headers) res.append(name, value)
      res.status(error.answer.status).end(error.answer.body)
      return
    }
    next()
  })
}

export const oauth2JwtBearer: Start = ({ issuer, audience, jwksUri }) =>
  start(auth({ issuer, audience, jwksUri, tokenSigningAlg: 'RS256' }))

function start(...handlers: readonly RequestHandler[]): ReturnType<Start> {
  const app = express()
  // Else it prints each refusal.
  app.set('env', 'test')
  for (const handler of handlers) app.use(handler)
  app.get('/me', (_req, res) => {
    res.json(answer)
  })
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve({ port: portOf(server.address()), path: '/me' }))
  })
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
