import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { AccessToken, StepUp, Verifier } from '@auth/core'
import { type AnyTRPCRouter, initTRPC, TRPCError } from '@trpc/server'
import { type CreateHTTPHandlerOptions, createHTTPServer } from '@trpc/server/adapters/standalone'
import { z } from 'zod'
import { type AuthContext, type AuthMeta, createTrpcAuth } from '../../src/index.js'
import { type Scope, scopes } from './issuer.js'

/** A tRPC API that listens on a socket. */
export interface Listening extends AsyncDisposable {
  readonly url: string
}

/** Serves a router on a free port. */
export async function listen<R extends AnyTRPCRouter>(options: CreateHTTPHandlerOptions<R>): Promise<Listening> {
  const server = createHTTPServer(options)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** What the resolvers of the API under test were asked for, to show that a refused call reaches none. */
export type Reached = string[]

/** A router with every way to protect a procedure. */
export function createApi(verifier: Verifier<Scope>, reached: Reached = [], stepUp: StepUp = { maxAge: 300 }) {
  const auth = createTrpcAuth(verifier)
  const t = initTRPC
    .context<AuthContext<AccessToken<Scope>>>()
    .meta<AuthMeta<Scope>>()
    .create({ errorFormatter: auth.errorFormatter, isDev: true })
  const protectedProcedure = t.procedure.concat(auth.plugin)
  const answer = ({ ctx, path }: { ctx: { token: AccessToken<Scope> }; path: string }): readonly Scope[] => {
    reached.push(path)
    return ctx.token.scopes
  }
  const router = t.router({
    open: t.procedure.query(({ ctx }) => ctx.auth.token?.scopes ?? null),
    decidedOutside: t.procedure.query(({ ctx }) => {
      if (ctx.auth.error !== undefined) throw ctx.auth.error
      return ctx.auth.token.scopes
    }),
    authenticated: protectedProcedure.query(answer),
    read: t.procedure.concat(auth.scoped('accounts:read')).query(answer),
    recent: t.procedure.concat(auth.scoped('accounts:read')).concat(auth.steppedUp(stepUp)).query(answer),
    write: t.procedure.concat(auth.scoped('accounts:write')).query(answer),
    create: protectedProcedure
      .concat(auth.scoped('accounts:write'))
      .input(z.object({ name: z.string() }))
      .mutation(answer),
    cards: protectedProcedure.meta({ scopes: 'cards:read' }).query(answer),
    either: protectedProcedure.meta({ scopes: scopes.anyOf('accounts:write', 'cards:read') }).query(answer),
    both: protectedProcedure.concat(auth.scoped('accounts:read')).meta({ scopes: 'cards:read' }).query(answer),
    decidedInside: protectedProcedure.query(({ ctx }) => {
      verifier.authorize(ctx.token, 'cards:read')
      return 'granted'
    }),
    broken: protectedProcedure.query(() => {
      throw new TRPCError({ code: 'CONFLICT', message: 'already there' })
    }),
  })
  return { auth, router, options: { router, createContext: auth.createContext, responseMeta: auth.responseMeta } }
}

export type Api = ReturnType<typeof createApi>['router']
