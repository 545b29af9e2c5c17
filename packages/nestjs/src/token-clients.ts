import { createTokenClient, type TokenClient, type TokenClientOptions } from '@auth/core'
import { Inject } from '@nestjs/common'

/** The injection token of the token client with this name. */
export function getTokenClientToken(name: string): string {
  return `TOKEN_CLIENT:${name}`
}

/**
 * Injects a token client of `TokenModule` by its name.
 *
 * @example constructor(@InjectTokenClient('orca') orca: TokenClient) {}
 */
export function InjectTokenClient(name: string): ParameterDecorator & PropertyDecorator {
  return Inject(getTokenClientToken(name))
}

/** A token client, or the options to make one. */
export type TokenClientSource = TokenClient | TokenClientOptions

/** The clients that a module made, and therefore has to close. */
export class OwnClients {
  readonly #made: TokenClient[] = []

  /** @throws TypeError naming the client whose options are wrong. */
  take(name: string, source: TokenClientSource): TokenClient {
    if (typeof source === 'object' && source !== null && 'getToken' in source) return source
    const client = make(name, source)
    this.#made.push(client)
    return client
  }

  close(): void {
    for (const client of this.#made) client.close()
  }
}

function make(name: string, options: TokenClientOptions): TokenClient {
  try {
    return createTokenClient(options)
  } catch (error) {
    throw error instanceof TypeError ? new TypeError(`the token client '${name}': ${error.message}`) : error
  }
}
