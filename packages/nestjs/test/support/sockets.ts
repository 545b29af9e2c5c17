import { once } from 'node:events'
import { io, type Socket } from 'socket.io-client'
import { WebSocket } from 'ws'

/** One connection, whichever library it is made with. */
export interface Connection {
  send(event: string, data: unknown): void
  /** What was received up to now and what comes: events and their data, in the end why it was closed. */
  next(): Promise<unknown>
  close(): void
}

/** What arrives, one after the other. */
function inbox() {
  const waiting: ((item: unknown) => void)[] = []
  const items: unknown[] = []
  return {
    put(item: unknown): void {
      const resolve = waiting.shift()
      if (resolve === undefined) items.push(item)
      else resolve(item)
    },
    next(): Promise<unknown> {
      const item = items.shift()
      return item === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(item)
    },
  }
}

export type Connect = (url: string, authorization?: string) => Promise<Connection>

export const connectWs: Connect = async (url, authorization) => {
  const { put, next } = inbox()
  const socket = new WebSocket(url.replace('http', 'ws'), {
    headers: authorization === undefined ? {} : { authorization },
  })
  socket.on('message', (data) => put(JSON.parse(String(data))))
  socket.on('close', (code, reason) => put({ closed: code, reason: String(reason) }))
  await once(socket, 'open')
  return { send: (event, data) => socket.send(JSON.stringify({ event, data })), next, close: () => socket.close() }
}

export const connectSocketIo: Connect = (url, authorization) =>
  openSocketIo(url, authorization === undefined ? {} : { extraHeaders: { authorization } })

/** As a browser does, which cannot set headers. */
export const connectSocketIoByAuth: Connect = (url, authorization) =>
  openSocketIo(url, { auth: { token: authorization?.replace('Bearer ', '') } })

async function openSocketIo(url: string, options: Parameters<typeof io>[1]): Promise<Connection> {
  const { put, next } = inbox()
  const socket: Socket = io(url, { ...options, transports: ['websocket'], reconnection: false, forceNew: true })
  socket.onAny((event, data) => put({ event, data }))
  socket.on('disconnect', (reason) => put({ closed: reason }))
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve)
    socket.on('connect_error', reject)
  })
  return { send: (event, data) => void socket.emit(event, data), next, close: () => void socket.disconnect() }
}
