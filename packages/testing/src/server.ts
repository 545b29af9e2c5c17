import { createServer } from 'node:http'
import type { Doorways } from './doorway.js'
import { openDoorway } from './doorways/open.js'
import { createFront, type Front } from './front.js'
import { type AuthorizationServerOptions, checkOptions } from './options.js'
import { type ProfileName, profileNames } from './profiles.js'
import { listen, shut } from './sockets.js'

/** A running server. */
export interface AuthorizationServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
  /** The audience of the tokens of every doorway. */
  readonly audience: string
  /** The authorization servers. Asking for one that was not started throws an Error. */
  readonly doorways: Doorways
  /** Ends all connections, waiting requests included. May be called more than once. */
  close(): Promise<void>
}

/**
 * Starts a local authorization server that speaks every profile of the toolkit. **For development and tests only**: it
 * listens on 127.0.0.1 alone, without TLS, and forgets everything when it stops.
 *
 * Each profile has a doorway: an issuer of its own with its own URL, keys, clients and introspection, behind the
 * documented dialect of its provider. All of them are [oidc-provider](https://github.com/panva/node-oidc-provider) inside.
 *
 * @param options `profiles` to start (default all), `audience` of the tokens (default `https://api.example.test`),
 * `lifetime` of the tokens in seconds (default as each provider documents), `clients` to use instead of random ones.
 * @throws TypeError when an option is wrong.
 * @example
 * await using server = await startAuthorizationServer({ profiles: ['portx'] })
 * const { tokenEndpoint, client } = server.doorways.portx
 * const response = await fetch(tokenEndpoint, {
 *   method: 'POST',
 *   headers: { 'content-type': 'application/json' },
 *   body: JSON.stringify({
 *     client_id: client.clientId,
 *     client_secret: client.clientSecret,
 *     grant_type: 'client_credentials',
 *     scope: 'accounts:read',
 *   }),
 * })
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
  const settings = checkOptions(options)
  const fronts = new Map<string, Front>()
  const http = createServer(createFront(fronts))
  const origin = await listen(http)
  const opened = await Promise.all(
    settings.profiles.map((name) => openDoorway(name, `${origin}/${name}`, settings)),
  ).catch(async (error: unknown) => {
    await shut(http)
    throw error
  })
  for (const { front } of opened) fronts.set(front.backend.dialect.name, front)

  const close = async (): Promise<void> => {
    for (const {
      front: { recorder, faults },
    } of opened) {
      recorder.close()
      faults.close()
    }
    await shut(http)
  }
  return {
    origin,
    audience: settings.audience,
    doorways: guarded(Object.assign({}, ...opened.map(({ doorway }) => doorway))),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function guarded(open: Partial<Doorways>): Doorways {
  const known = <N extends ProfileName>(name: N): Doorways[N] => {
    const doorway: Doorways[N] | undefined = open[name]
    if (doorway !== undefined) return doorway
    const started = profileNames.filter((each) => open[each] !== undefined).join(', ')
    throw new Error(`the doorway '${name}' was not started; started are: ${started}`)
  }
  const doorways: Doorways = {
    get portx() {
      return known('portx')
    },
    get portsip() {
      return known('portsip')
    },
    get passport() {
      return known('passport')
    },
    get basicForm() {
      return known('basicForm')
    },
    get aritma() {
      return known('aritma')
    },
  }
  // Whoever goes through them all meets those that are open.
  for (const name of profileNames) Object.defineProperty(doorways, name, { enumerable: open[name] !== undefined })
  return doorways
}
