import { fieldOf } from '../verifier/field.js'
import type { RequestLike } from '../verifier/request.js'

const harmless: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/**
 * Whether a request may count on its session cookie. One that can change something must come from a page of this app: by
 * `Sec-Fetch-Site`, which no page can forge, or by `Origin` where a browser sends no such field. Neither is a refusal.
 */
export function isOwnRequest(request: RequestLike, origin: string): boolean {
  // A socket is opened by GET from any page, and reads and writes ever after.
  const opensSocket = fieldOf(request, 'upgrade')?.toLowerCase() === 'websocket'
  if (harmless.includes(methodOf(request)) && !opensSocket) return true
  const site = fieldOf(request, 'sec-fetch-site')
  const from = fieldOf(request, 'origin')
  if (site !== undefined && site !== 'same-origin') return false
  // A page that sends no referrer names no origin either.
  if (site === 'same-origin' && from === 'null') return true
  return from === undefined ? site === 'same-origin' : from === origin
}

/** Whether another site loads this as a part of its page, an image or a frame, where nobody can log in. */
export function isEmbedded(request: RequestLike): boolean {
  const destination = fieldOf(request, 'sec-fetch-dest') ?? 'document'
  return fieldOf(request, 'sec-fetch-site') === 'cross-site' && destination !== 'document'
}

/** Whether a person is looking at the answer: a page is loaded, by whatever the browser or its `Accept` says. */
export function isNavigation(request: RequestLike): boolean {
  if (methodOf(request) !== 'GET') return false
  const mode = fieldOf(request, 'sec-fetch-mode')
  if (mode !== undefined && mode !== 'navigate') return false
  return /(?:^|,)\s*text\/html\b/i.test(fieldOf(request, 'accept') ?? '')
}

/** The path a request was sent to, with its query. */
export function targetOf(request: RequestLike, origin: string): string {
  const url = request.url ?? '/'
  if (!URL.canParse(url, origin)) return '/'
  const { pathname, search } = new URL(url, origin)
  return pathname + search
}

function methodOf({ method = 'GET' }: RequestLike): string {
  return method.toUpperCase()
}
