import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client'
import type { AppRouter } from 'accounts-trpc'
import { type Answer, describeAnswer } from './answer.js'
import { type Action, newAccount } from './cases.js'

/** Calls the tRPC API as its users do, by a typed client. */
export async function callTrpc(url: string, action: Action, fetch: typeof globalThis.fetch): Promise<Answer> {
  const link = httpLink({
    url: `${url}/trpc`,
    // tRPC's `signal` may be undefined, which `fetch` does not take under exactOptionalPropertyTypes.
    fetch: (input, { signal, ...init } = {}) => fetch(input, { ...init, signal: signal ?? null }),
  })
  const { accounts } = createTRPCClient<AppRouter>({ links: [link] })
  try {
    if (action === 'list') return { status: 200, accounts: (await accounts.list.query()).length }
    await accounts.create.mutate(newAccount)
    return { status: 200 }
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error
    return readError(error)
  }
}

/** The answer stands beside the error, and the core's body in its data. */
function readError(error: TRPCClientError<AppRouter>): Answer {
  const response = error.meta?.response
  if (!(response instanceof Response)) throw error
  return describeAnswer(response, error.data?.auth)
}
