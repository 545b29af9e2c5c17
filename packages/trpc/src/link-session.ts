import type { TokenClient } from '@auth/core'

/** What is needed of a token client. */
export type LinkClient = Pick<TokenClient, 'getToken' | 'fetch'>

/** What is needed of what `createWSClient` makes. */
export interface LinkSocket {
  readonly connection: { readonly ws: { close(): void } } | null
}

/** The tokens of a link, one after the other. */
export class LinkSession {
  readonly #client: LinkClient
  readonly #socket: LinkSocket | undefined
  #epoch = 0
  #renewal: Promise<boolean> | undefined
  /** Milliseconds since the epoch at which the newest token ends, where one was renewed here. */
  #end = Number.POSITIVE_INFINITY

  constructor(client: LinkClient, socket: LinkSocket | undefined) {
    this.#client = client
    this.#socket = socket
  }

  /** How often a token was renewed here: what began in an earlier epoch was refused for an earlier token. */
  get epoch(): number {
    return this.#epoch
  }

  /** Whether the newest token has come to its end, so that a refusal is no surprise. */
  get isOver(): boolean {
    return Date.now() >= this.#end
  }

  /** Whether a call failed for its token alone, and there is a newer one than that of its epoch. */
  async renewed(failure: unknown, epoch: number): Promise<boolean> {
    // A 401 for all calls has been seen, and answered, by the client's own `fetch`.
    if (member(failure, 'data', 'auth', 'error') !== 'invalid_token') return false
    if (member(failure, 'meta', 'response', 'status') === 401) return false
    if (epoch < this.#epoch) return true
    this.#renewal ??= this.#renew()
    return await this.#renewal
  }

  async #renew(): Promise<boolean> {
    try {
      const { expiresAt } = await this.#client.getToken({ forceRefresh: true })
      this.#epoch++
      this.#end = expiresAt * 1000
      // It opens itself again, and sends the new token then.
      this.#socket?.connection?.ws.close()
      return true
    } catch {
      // The refusal says more than the failed renewal does.
      return false
    } finally {
      this.#renewal = undefined
    }
  }
}

/** The id of a `tracked` event, where a subscription can start again. */
export function idOf(envelope: unknown): string | undefined {
  const id = member(envelope, 'result', 'id')
  return typeof id === 'string' ? id : undefined
}

/** Whether a link hands on what a resolver made, not news of the connection. */
export function isData(envelope: unknown): boolean {
  const type = member(envelope, 'result', 'type')
  return type === undefined || type === 'data'
}

/** An operation that starts after an event, as tRPC's own links tell it. */
export function resumed<Operation extends object>(operation: Operation, lastEventId: string): Operation {
  const input = member(operation, 'input')
  if (input !== undefined && input !== null && typeof input !== 'object') return operation
  return { ...operation, input: { ...input, lastEventId } }
}

function member(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce((at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined), value)
}
