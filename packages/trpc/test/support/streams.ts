import { type AccessToken, createTokenClient, createVerifier, type TokenClient, type Verifier } from '@auth/core'
import { portx } from '@auth/core/profiles'
import type { TRPCClientError } from '@trpc/client'
import { initTRPC, tracked } from '@trpc/server'
import { observable } from '@trpc/server/observable'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { type AuthContext, type AuthMeta, createTrpcAuth } from '../../src/index.js'
import { type Issuer, type Scope, scopes } from './issuer.js'

/** A token, and a verifier whose clock stands just before its end until it is let go. */
export interface Dusk {
  readonly jwt: string
  readonly verifier: Verifier<Scope>
  /** The token expires; those that live longer go on. */
  readonly fall: () => void
}

export async function dusk({ server, options, verifier }: Issuer): Promise<Dusk> {
  const jwt = await server.doorways.portx.issue({ subject: 'ada', scope: 'accounts:read', expiresIn: 60 })
  const { expiresAt } = await verifier().verify(jwt)
  let now = expiresAt * 1000 - 20
  return {
    jwt,
    verifier: createVerifier({ ...options, scopes, clockTolerance: 0, now: () => now }),
    fall: () => {
      now = expiresAt * 1000
    },
  }
}

/** A router of subscriptions, and who has reached them. */
export function createStreams(verifier: Verifier<Scope>) {
  const auth = createTrpcAuth(verifier)
  const t = initTRPC.context<AuthContext<AccessToken<Scope>>>().meta<AuthMeta<Scope>>().create({ isDev: true })
  const started: string[] = []
  const ended: string[] = []
  const canRead = t.procedure.concat(auth.scoped('accounts:read'))
  const router = t.router({
    read: canRead.query(({ ctx }) => ctx.token.scopes),
    open: t.procedure.query(() => 'open'),
    /** Counts on from where it was, one event at once and no other before its end. */
    count: canRead.input(z.object({ lastEventId: z.string().optional() }).optional()).subscription(async function* ({
      input,
      signal,
    }) {
      const next = Number(input?.lastEventId ?? 0) + 1
      started.push(`count ${next}`)
      try {
        yield tracked(String(next), next)
        await aborted(signal)
      } finally {
        ended.push(`count ${next}`)
      }
    }),
    observed: t.procedure.concat(auth.plugin).subscription(() =>
      observable<number>((observer) => {
        started.push('observed')
        observer.next(1)
        return () => {
          ended.push('observed')
        }
      }),
    ),
    /** As `count`, in the answer of a query. */
    streamed: canRead.query(async function* ({ signal }) {
      started.push('streamed')
      try {
        yield 1
        await aborted(signal)
      } finally {
        ended.push('streamed')
      }
    }),
    done: canRead.subscription(async function* () {
      yield 1
    }),
    decides: t.procedure.concat(auth.plugin).subscription(async function* ({ ctx }) {
      yield 1
      verifier.authorize(ctx.token, 'cards:read')
    }),
  })
  return { auth, router, started, ended, options: { router, createContext: auth.createContext } }
}

export type Streams = ReturnType<typeof createStreams>['router']

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
}

/** A promise, and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

export function deferred<T = void>(): Deferred<T> {
  let settle: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, resolve: (value) => settle?.resolve(value), reject: (reason) => settle?.reject(reason) }
}

/** What came of a subscription: its data, and how it ended. */
export function collect(
  subscribe: (handlers: {
    onData: (event: unknown) => void
    onError: (error: TRPCClientError<Streams>) => void
    onComplete: () => void
  }) => unknown,
) {
  const data: unknown[] = []
  const first = deferred()
  const end = deferred<TRPCClientError<Streams> | 'complete'>()
  subscribe({
    onData: (event) => {
      data.push(event)
      first.resolve()
    },
    onError: end.resolve,
    onComplete: () => end.resolve('complete'),
  })
  return { data, first: first.promise, end: end.promise }
}

/** A token client whose first token is the given one. */
export function clientWith({ server }: Issuer, jwt: string, origin: string): TokenClient {
  const { base, client, answer } = server.doorways.portx
  answer(
    'token',
    { status: 200, body: JSON.stringify({ access_token: jwt, token_type: 'bearer', expires_in: 3600 }) },
    { times: 1 },
  )
  const made = createTokenClient({
    profile: portx({ base }),
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    scope: 'accounts:read',
    allowedOrigins: [origin],
  })
  onTestFinished(() => made.close())
  return made
}
