import type { DeviceCodeOptions, DeviceLogin } from '../../src/client/grants/device-code.js'
import { deviceCode } from '../../src/client/grants/device-code.js'
import type { TokenClientOptions } from '../../src/client/options.js'
import { createTokenClient, type TokenClient } from '../../src/client/token-client.js'
import { oauth2 } from '../../src/profiles/oauth2.js'
import { secret } from './client.js'
import type { TestClock } from './clock.js'
import { type Handler, json, type LocalServer, type Received, serve } from './local-server.js'

/** What a device authorization server says: to planted codes, which no message may repeat. */
export const authorization = {
  device_code: 'planted-device-code',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://as.example/device',
  verification_uri_complete: 'https://as.example/device?user_code=WDJB-MJHT',
  expires_in: 600,
  interval: 5,
} as const

/** An authorization server of RFC 8628 whose answers to polls are written down beforehand; the last one stays. */
export interface DeviceServer extends LocalServer {
  authorize: Handler
  polls: Handler[]
  refresh: Handler
  readonly sent: (kind: Kind) => readonly URLSearchParams[]
}

export type Kind = 'authorize' | 'poll' | 'refresh'

export const fails =
  (error: string, status = 400, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    json(response, { error }, status, headers)

export const pending: Handler = fails('authorization_pending')

let count = 0

/** A new token each time, with a refresh token. */
export const granted: Handler = (_, response) => {
  const id = ++count
  json(response, {
    access_token: `token-${id}`,
    token_type: 'Bearer',
    expires_in: 300,
    refresh_token: `planted-refresh-${id}`,
  })
}

export async function serveDevices(...polls: Handler[]): Promise<DeviceServer> {
  let asked = 0
  const answer: Handler = (request, response, index) => {
    const kind = kindOf(request)
    if (kind === 'authorize') return server.authorize(request, response, index)
    if (kind === 'refresh') return server.refresh(request, response, index)
    const poll = server.polls[Math.min(asked++, server.polls.length - 1)] ?? pending
    return poll(request, response, index)
  }
  const local = await serve(answer)
  const server: DeviceServer = Object.assign(local, {
    authorize: (_, response) => json(response, authorization),
    polls,
    refresh: granted,
    sent: (kind) => local.requests.filter((each) => kindOf(each) === kind).map(({ body }) => new URLSearchParams(body)),
  } satisfies Omit<DeviceServer, keyof LocalServer>)
  return server
}

function kindOf({ path, body }: Received): Kind {
  if (path === '/device_authorization') return 'authorize'
  return new URLSearchParams(body).get('grant_type') === 'refresh_token' ? 'refresh' : 'poll'
}

/** A device: what it showed, and how long it waited each time. */
export interface Device {
  readonly client: TokenClient
  readonly shown: DeviceLogin[]
  readonly waits: number[]
}

/** A device whose waits take no time but that of its clock. */
export function deviceOf(
  server: DeviceServer,
  clock: TestClock,
  options: TokenClientOptions = {},
  more: Partial<DeviceCodeOptions> = {},
): Device {
  const shown: DeviceLogin[] = []
  const waits: number[] = []
  const grant = deviceCode({
    show: (login) => void shown.push(login),
    wait: async (seconds) => {
      waits.push(seconds)
      clock.advance(seconds)
    },
    ...more,
  })
  const client = createTokenClient({
    profile: oauth2({
      tokenEndpoint: `${server.origin}/token`,
      deviceAuthorizationEndpoint: `${server.origin}/device_authorization`,
    }),
    clientId: 'device',
    clientSecret: secret,
    allowedOrigins: [server.origin],
    now: clock.now,
    grant,
    ...options,
  })
  return { client, shown, waits }
}
