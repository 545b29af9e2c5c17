import type { IncomingMessage } from 'node:http'
import { type AuthContext, createAuthContext, protectedProcedure, responseMeta } from '@auth/trpc'
import type { AnyTRPCRouter } from '@trpc/server'
import { initTRPC } from '@trpc/server'
import { type CreateHTTPHandlerOptions, createHTTPServer } from '@trpc/server/adapters/standalone'
import { answer, type Start } from '../app.js'

export const nothing: Start = () => {
  const t = initTRPC.create()
  return start({ router: t.router({ me: t.procedure.query(() => answer) }) })
}

export const passThrough: Start = () => {
  const t = initTRPC.context<{ readonly header: string | undefined }>().create()
  const passing = t.procedure.use(({ ctx, next }) => next({ ctx: { token: ctx.header } }))
  const createContext = ({ req }: { readonly req: IncomingMessage }) => ({ header: req.headers.authorization })
  return start({ router: t.router({ me: passing.query(() => answer) }), createContext })
}

export const toolkit: Start = ({ issuer, audience, jwksUri }) => {
  const t = initTRPC.context<AuthContext>().create()
  const router = t.router({ me: protectedProcedure.query(() => answer) })
  return start({ router, createContext: createAuthContext({ issuer, audience, jwks: jwksUri }), responseMeta })
}

function start<R extends AnyTRPCRouter>(options: CreateHTTPHandlerOptions<R>): ReturnType<Start> {
  const server = createHTTPServer(options)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ port: typeof address === 'object' && address !== null ? address.port : 0, path: '/me' })
    })
  })
}
