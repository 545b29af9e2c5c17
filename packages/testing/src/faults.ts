import type { ServerResponse } from 'node:http'
import type { WireAnswer } from './http.js'
import type { Endpoint } from './recorder.js'

/** An answer to give instead of the genuine one. */
export interface ScriptedAnswer {
  /** @default 200 */
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** @default empty */
  readonly body?: string | Uint8Array | undefined
  /**
   * What goes wrong on the wire: `endless` repeats the body for ever, `hang` answers nothing, `drip` sends the body
   * byte by byte for ever, `reset` cuts the connection.
   */
  readonly stream?: 'endless' | 'hang' | 'drip' | 'reset' | undefined
}

/** A gate in front of an endpoint. */
export interface Hold {
  /** Lets the waiting requests through, and all later ones. */
  release(): void
}

/** What has been arranged to go wrong at one doorway. */
export interface Faults {
  hold(endpoint: Endpoint): Hold
  answer(endpoint: Endpoint, answer: ScriptedAnswer | null, times?: number): void
  outage(endpoint: Endpoint, on: boolean, retryAfter?: number): void
  /** Resolves when no gate is closed in front of the endpoint. */
  passed(endpoint: Endpoint): Promise<void>
  /** The next answer that was arranged, if one was. */
  take(endpoint: Endpoint): ScriptedAnswer | undefined
  close(): void
}

export function createFaults(): Faults {
  const gates = new Map<Endpoint, Set<Gate>>()
  const scripts = new Map<Endpoint, { readonly answer: ScriptedAnswer; left: number }>()
  const outages = new Map<Endpoint, ScriptedAnswer>()

  return {
    hold(endpoint) {
      const gate = createGate()
      const closed = gates.get(endpoint) ?? new Set()
      gates.set(endpoint, closed.add(gate))
      return {
        release() {
          closed.delete(gate)
          gate.open()
        },
      }
    },
    answer(endpoint, answer, times = Number.POSITIVE_INFINITY) {
      if (answer === null || times <= 0) scripts.delete(endpoint)
      else scripts.set(endpoint, { answer, left: times })
    },
    outage(endpoint, on, retryAfter) {
      if (on) outages.set(endpoint, outageAnswer(retryAfter))
      else outages.delete(endpoint)
    },
    async passed(endpoint) {
      for (const gate of gates.get(endpoint) ?? []) await gate.opened
    },
    take(endpoint) {
      const outage = outages.get(endpoint)
      if (outage !== undefined) return outage
      const script = scripts.get(endpoint)
      if (script === undefined) return undefined
      script.left -= 1
      if (script.left <= 0) scripts.delete(endpoint)
      return script.answer
    },
    close() {
      for (const closed of gates.values()) for (const gate of closed) gate.open()
      gates.clear()
    },
  }
}

interface Gate {
  readonly opened: Promise<void>
  readonly open: () => void
}

function createGate(): Gate {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

function outageAnswer(retryAfter: number | undefined): ScriptedAnswer {
  return {
    status: 503,
    headers: {
      'content-type': 'text/plain',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
    body: 'Service Unavailable',
  }
}

/** Writes an answer in one piece. */
export function write(response: ServerResponse, { status, headers = {}, body = '' }: WireAnswer): void {
  const bytes = Buffer.from(body)
  const length = status === 204 ? {} : { 'content-length': String(bytes.length) }
  response.writeHead(status, { ...headers, ...length })
  response.end(status === 204 ? undefined : bytes)
}

/** Writes an arranged answer, faults of the wire included. */
export function writeScripted(response: ServerResponse, { stream, ...answer }: ScriptedAnswer): void {
  const { status = 200, headers = {}, body = '' } = answer
  if (stream === undefined) write(response, { status, headers, body })
  if (stream === 'reset') response.socket?.resetAndDestroy()
  if (stream === 'drip') drip(response.writeHead(status, headers), Buffer.from(body.length === 0 ? ' ' : body))
  if (stream === 'endless') pour(response.writeHead(status, headers), Buffer.from(body.length === 0 ? ' ' : body))
}

/** Writes for as long as the other end takes it; a closed connection ends it. */
function pour(response: ServerResponse, unit: Buffer): void {
  const block = Buffer.alloc(16 * 1024, unit)
  const more = (): void => {
    while (!response.destroyed && response.write(block));
  }
  response.on('drain', more)
  more()
}

/** Writes a byte at a time, always in time for whoever waits for the next one only. */
function drip(response: ServerResponse, unit: Buffer): void {
  let sent = 0
  const timer = setInterval(() => {
    response.write(unit.subarray(sent % unit.length, (sent % unit.length) + 1))
    sent += 1
  }, 20)
  response.on('close', () => clearInterval(timer))
}
