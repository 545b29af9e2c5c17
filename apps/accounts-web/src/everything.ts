import { createServer } from 'node:http'
import { type LoginServer, startLoginServer } from '@auth/testing'
import { getRequestListener } from '@hono/node-server'
import { createLog, listen, type RunningApi } from 'accounts'
import { start as startApi } from 'accounts-hono'
import { createApp } from './app.js'

/** What can be told to what is started. */
export interface EverythingOptions {
  /** The web app's. @default 0, any free one */
  readonly port?: number | undefined
  /** The web app's clock, in milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined
  /** How the authorization server's answer comes back. @default 'query' */
  readonly responseMode?: 'query' | 'form_post' | undefined
}

/** The web app and what it stands on. */
export interface Everything {
  /** The web app's address. */
  readonly url: string
  readonly server: LoginServer
  readonly api: RunningApi
  close(): Promise<void>
}

/** What everybody is asked for at first; the rest when it is needed. */
const firstScopes = ['profile', 'accounts:read', 'transactions:read']

/** How somebody has to log in to order a card (RFC 9470). */
const cardLogin = { acrValues: ['urn:auth-testing:code'], maxAge: 300 }

/** Starts the local authorization server, the Accounts API and the web app, each on a port of its own. */
export async function startEverything({
  port = 0,
  now = Date.now,
  responseMode,
}: EverythingOptions = {}): Promise<Everything> {
  const http = createServer()
  // First, for it alone can fail: somebody else may have the port.
  const web = await listen(http, port, createLog({}), () => {})
  // To a browser, localhost is another site than 127.0.0.1, as an authorization server mostly is.
  const server = await startLoginServer({ host: 'localhost' })
  const api = await startApi({ env: environmentOf(server), cardLogin })
  const redirectUri = `${web.url}/auth/callback`
  const postLogoutRedirectUri = `${web.url}/goodbye`
  const client = await server.registerClient({
    name: 'Sample Bank',
    tellLogin: true,
    redirectUri,
    postLogoutRedirectUri,
    backChannelLogoutUri: `${web.url}/auth/backchannel-logout`,
  })
  const { issuer, audience: resource } = server
  const login = { ...client, issuer, redirectUri, postLogoutRedirectUri, scope: firstScopes, resource, responseMode }
  http.on('request', getRequestListener(createApp({ login, apiUrl: api.url, now }).fetch))
  return { url: web.url, server, api, close: () => closeAll([web, api, server]) }
}

function environmentOf({ issuer, audience, jwksUri }: LoginServer): Readonly<Record<string, string>> {
  return { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URI: jwksUri }
}

async function closeAll(running: readonly Pick<RunningApi, 'close'>[]): Promise<void> {
  for (const each of running) await each.close()
}
