import type { AccessToken, Verifier } from '@auth/core'
import { type AuthContext, createTrpcAuth } from '@auth/trpc'
import { initTRPC, TRPCError } from '@trpc/server'
import { type AccountsStore, type Entity, type Inputs, InvalidInput, type Resource, type Scope } from 'accounts'
import { z } from 'zod'
import { hideFailures } from './failures.js'

/** What requests are answered from. */
export interface Api {
  readonly verifier: Verifier<Scope>
  readonly store: AccountsStore
}

/** The Accounts API: its router, and what an HTTP adapter needs besides. */
export function createApi({ verifier, store }: Api) {
  const auth = createTrpcAuth(verifier)
  const t = initTRPC.context<AuthContext<AccessToken<Scope>>>().create({ errorFormatter: hideFailures })

  const resourceRouter = <R extends Resource>(resource: R) => {
    const canRead = t.procedure.concat(auth.scoped(`${resource}:read`))
    const canWrite = t.procedure.concat(auth.scoped(`${resource}:write`))
    return t.router({
      list: canRead.query(() => store.list(resource)),
      get: canRead.input(z.object({ id: z.string() })).query(({ input }): Entity<R> => {
        const entity = store.get(resource, input.id)
        if (entity === undefined) throw new TRPCError({ code: 'NOT_FOUND', message: 'Not Found' })
        return entity
      }),
      // Typed here for clients; what is really sent the store checks.
      create: canWrite.input(z.custom<Inputs[R]>()).mutation(({ input }): Entity<R> => create(store, resource, input)),
    })
  }

  const router = t.router({
    health: t.procedure.query(() => ({ status: 'ok' })),
    accounts: resourceRouter('accounts'),
    transactions: resourceRouter('transactions'),
    parties: resourceRouter('parties'),
    cards: resourceRouter('cards'),
  })
  return { router, createContext: auth.createContext, responseMeta: auth.responseMeta }
}

/** What clients import as a type: `createTRPCClient<AppRouter>(…)`. */
export type AppRouter = ReturnType<typeof createApi>['router']

function create<R extends Resource>(store: AccountsStore, resource: R, input: unknown): Entity<R> {
  try {
    return store.create(resource, input)
  } catch (cause) {
    if (cause instanceof InvalidInput) throw new TRPCError({ code: 'BAD_REQUEST', message: cause.message })
    throw cause
  }
}
