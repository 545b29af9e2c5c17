/** The real `fetch`, and every token that went through it. */
export interface Recording {
  readonly fetch: typeof globalThis.fetch
  /** What was sent in `Authorization` and received in token answers. */
  readonly tokens: ReadonlySet<string>
}

const secretMembers = ['access_token', 'refresh_token', 'token_id']

export function recordingFetch(): Recording {
  const tokens = new Set<string>()
  return {
    tokens,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
      const sent = headers.get('authorization')
      if (sent?.startsWith('Bearer ')) tokens.add(sent.slice('Bearer '.length))
      const response = await fetch(input, init)
      const body: unknown = await response
        .clone()
        .json()
        .catch(() => undefined)
      for (const name of secretMembers) {
        const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
        if (typeof value === 'string') tokens.add(value)
      }
      return response
    },
  }
}
