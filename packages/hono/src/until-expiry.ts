import { type AccessToken, onExpiry, recheck } from '@auth/core'
import type { WSContext, WSEvents } from 'hono/ws'

/** Policy violation (RFC 6455 §7.4.1). */
const closeCode = 1008

/**
 * Closes a WebSocket when its token expires, with the code 1008 and the reason `invalid_token`; no message is handed on
 * from then on. Where the runtime tells of no opening, as Workers do not, it is watched from its first message on.
 *
 * @throws TypeError when the token is a copy.
 * @example
 * app.get('/ticks', auth.bearer(), upgradeWebSocket((c) => socketUntilExpiry(c.var.token, { onMessage: (event) => {} })))
 */
export function socketUntilExpiry<T, S extends string, C extends object>(
  token: AccessToken<S, C>,
  events: WSEvents<T>,
): WSEvents<T> {
  let giveUp: (() => void) | undefined
  const watch = (socket: WSContext<T>): void => {
    giveUp ??= onExpiry(token, () => socket.close(closeCode, 'invalid_token'))
  }
  return {
    ...events,
    onOpen: (event, socket) => {
      watch(socket)
      events.onOpen?.(event, socket)
    },
    onMessage: (event, socket) => {
      watch(socket)
      if (isLive(token)) events.onMessage?.(event, socket)
    },
    onClose: (event, socket) => {
      giveUp?.()
      events.onClose?.(event, socket)
    },
  }
}

/** What is needed of a stream of `hono/streaming`. */
export interface AbortableStream {
  abort(): void
  onAbort(listener: () => void): void
}

/**
 * Ends a stream of `stream`, `streamText` or `streamSSE` when its token expires: `stream.aborted` is true then, and its
 * `onAbort` listeners are called, as when the client has left.
 *
 * @throws TypeError when the token is a copy.
 * @example
 * app.get('/ticks', auth.bearer(), (c) => streamSSE(c, streamUntilExpiry(c.var.token, async (stream) => {})))
 */
export function streamUntilExpiry<T extends AbortableStream, S extends string, C extends object>(
  token: AccessToken<S, C>,
  write: (stream: T) => Promise<void>,
): (stream: T) => Promise<void> {
  return async (stream) => {
    const giveUp = onExpiry(token, () => stream.abort())
    const left = new Promise<void>((resolve) => stream.onAbort(resolve))
    try {
      await Promise.race([write(stream), left])
    } finally {
      giveUp()
    }
  }
}

function isLive<S extends string, C extends object>(token: AccessToken<S, C>): boolean {
  try {
    recheck(token)
    return true
  } catch {
    return false
  }
}
