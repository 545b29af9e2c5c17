import type { NodeRequest, TokenClient } from '@auth/core'

/** What tRPC says of a request. */
export interface RequestInfo {
  /** What a WebSocket's client has sent first; what others put into the query is not looked at. */
  readonly connectionParams: Readonly<Record<string, string | undefined>> | null
  /** `null` for a WebSocket. */
  readonly url: URL | null
}

/** Fields that browsers do not let a WebSocket's handshake have. */
const fields = ['authorization', 'dpop']

/**
 * A WebSocket's handshake with the fields that its client has sent as `connectionParams`, beside those it has: one that
 * is there twice is refused as in any other request. Any other request stays as it is.
 */
export function handshake(request: NodeRequest, info: RequestInfo | undefined): NodeRequest {
  if (info === undefined || info.url !== null) return request
  const { connectionParams } = info
  const sent = fields.flatMap((name): [string, string][] => {
    const value = connectionParams?.[name]
    return value === undefined ? [] : [[name, value]]
  })
  const { headers, rawHeaders = [] } = request
  return {
    ...request,
    headers: { ...headers, ...Object.fromEntries(sent) },
    rawHeaders: [...rawHeaders, ...sent.flat()],
  }
}

/** What `createWSClient` needs to know of a server: `createWSClient(authSocket(client, url))`. */
export interface AuthSocket {
  readonly url: string
  readonly connectionParams: () => Promise<Record<string, string>>
}

/**
 * Sends a token client's token when a WebSocket is opened, and the newest one each time it is opened again.
 *
 * @param url the API's, `wss://…`; the client's `allowedOrigins` must name its origin as `https://…`.
 * @example
 * const socket = createWSClient(authSocket(client, 'wss://api.example.com/trpc'))
 * const links = [authLink(client, () => wsLink({ client: socket }), { socket })]
 */
export function authSocket(client: Pick<TokenClient, 'getHeaders'>, url: string): AuthSocket {
  return { url, connectionParams: async () => ({ ...(await client.getHeaders({ url: url.replace(/^ws/, 'http') })) }) }
}
