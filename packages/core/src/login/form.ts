import { LoginError } from './login-error.js'

/** Bytes of a form; the tokens of an answer and little more are in it. */
const maxBytes = 256 * 1024

/** Characters of a query. */
const maxQuery = 32 * 1024

/**
 * The parameters of a request's query. None may be there twice (RFC 6749 §3.1).
 *
 * @throws LoginError `invalid_request`
 */
export function queryOf(request: Request): URLSearchParams {
  const { search } = new URL(request.url)
  if (search.length > maxQuery) throw malformed('the query is too long')
  return withoutRepeats(new URLSearchParams(search))
}

/**
 * The fields of a posted form. None may be there twice.
 *
 * @throws LoginError `invalid_request`
 */
export async function formOf(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded(?:\s*;|$)/i.test(type)) throw malformed('the body is no form')
  return withoutRepeats(new URLSearchParams(await textOf(request)))
}

async function textOf(request: Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  try {
    for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
      size += read.value.byteLength
      if (size > maxBytes) throw malformed('the form is too large')
      chunks.push(read.value)
    }
  } finally {
    reader?.cancel().catch(() => undefined)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return new TextDecoder().decode(bytes)
}

function withoutRepeats(parameters: URLSearchParams): URLSearchParams {
  const names = [...parameters.keys()]
  if (new Set(names).size === names.length) return parameters
  throw malformed('a parameter is there twice')
}

function malformed(reason: string): LoginError {
  return new LoginError('invalid_request', { reason })
}
