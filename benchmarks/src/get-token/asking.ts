import { createTokenClient, memoryStore } from '@auth/core'
import type { Access } from '../client-behaviour/peer.js'
import { badgateway as badgatewayPeer } from '../client-behaviour/peers/badgateway.js'
import { googleClient } from '../client-behaviour/peers/google-auth-library.js'
import { msalClient } from '../client-behaviour/peers/msal-node.js'
import { oursName } from '../harness/contender.js'

/** Somebody who hands out tokens, one for each key, with nothing around the library's own call. */
export interface Asking {
  readonly name: string
  readonly package: string
  readonly token: (key: string) => Promise<unknown>
  readonly close?: (() => void) | undefined
}

export function toolkit({ origin, clientId, clientSecret }: Access, count: number): Asking {
  const cache = memoryStore({ maxEntries: count })
  const client = createTokenClient({ tokenEndpoint: `${origin}/token`, clientId, clientSecret, cache })
  return {
    name: oursName,
    package: '@auth/core',
    token: count === 1 ? () => client.getToken() : (scope) => client.getToken({ scope }),
    close: () => client.close(),
  }
}

/** One scope per client, so a client for each key. */
export function google(access: Access): Asking {
  const clientOf = kept(() => googleClient(access, 'refresh-start'))
  const name = 'google-auth-library'
  return { name, package: name, token: (key) => clientOf(key).getAccessToken() }
}

/** One scope per client, so a client for each key. */
export function badgateway(access: Access): Asking {
  const clientOf = kept(() => badgatewayPeer.client(access))
  return { name: badgatewayPeer.name, package: badgatewayPeer.package, token: (key) => clientOf(key).token() }
}

/** It searches its cache from end to end: filling it with 10 000 keys alone would take minutes. */
export function msal(access: Access): Asking {
  const client = msalClient(access)
  const token: Asking['token'] = (key) => client.acquireTokenByClientCredential({ scopes: [key] })
  return { name: 'msal-node', package: '@azure/msal-node', token }
}

/** After everybody has been asked for every key once. */
export async function filled(asking: Asking, keys: readonly string[]): Promise<Asking> {
  for (const key of keys) await asking.token(key)
  return asking
}

function kept<T>(make: () => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    const found = made.get(key)
    if (found !== undefined) return found
    const fresh = make()
    made.set(key, fresh)
    return fresh
  }
}
