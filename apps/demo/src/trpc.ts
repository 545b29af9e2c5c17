import { createTRPCClient, httpLink, isTRPCClientError } from '@trpc/client'
import type { AppRouter } from 'accounts-trpc'
import { type Answer, describeAnswer } from './answer.js'
import { type Action, newAccount } from './cases.js'

/** Calls the tRPC API as its users do, by a typed client. */
export async function callTrpc(url: string, action: Action, fetch: typeof globalThis.fetch): Promise<Answer> {
  const responses: Response[] = []
  const link = httpLink({
    url: `${url}/trpc`,
    // tRPC's `signal` may be undefined, which `fetch` does not take under exactOptionalPropertyTypes.
    fetch: async (input, { signal, ...init } = {}) => {
      const response = await fetch(input, { ...init, signal: signal ?? null })
      responses.push(response)
      return response
    },
  })
  const { accounts } = createTRPCClient<AppRouter>({ links: [link] })
  const call = action === 'list' ? accounts.list.query() : accounts.create.mutate(newAccount)
  // The HTTP answer is as everywhere; the core's body stands in the error's data.
  const body = await call.catch(refusalIn)
  const [response] = responses
  if (response === undefined) throw new Error('the client sent nothing')
  return describeAnswer(response, body)
}

function refusalIn(error: unknown): unknown {
  if (isTRPCClientError<AppRouter>(error)) return error.data?.auth
  throw error
}
