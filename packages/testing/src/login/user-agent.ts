import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { TestPerson } from './people.js'

/** How somebody answers the pages of a login server. */
export interface PageAnswers {
  readonly person: TestPerson
  /** @default the person's */
  readonly password?: string | undefined
  /** What to say to consent. @default allow */
  readonly consent?: 'allow' | 'deny' | undefined
}

/** Where a login server sends a person back to: the URL, and what is posted there where it is a form (form_post). */
export interface WayBack {
  readonly url: URL
  readonly form?: URLSearchParams | undefined
}

/** A browser without a window: it keeps cookies and follows a login's pages; everything else is asked of it by name. */
export interface UserAgent {
  /** One request with the cookies that belong to it; redirects are not followed. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>
  /** Loads a page as a person does, with the fields by which browsers say so; redirects are not followed. */
  open(url: string | URL): Promise<Response>
  /**
   * Goes through the pages of a login server until they lead elsewhere, and asks for nothing there.
   *
   * @throws Error when the pages ask for something that was answered already, a wrong password for instance.
   */
  logIn(authorizationUrl: string | URL, answers: PageAnswers): Promise<WayBack>
  /** The cookies it would send to a URL, as `name=value; …`. */
  cookies(url: string | URL): string
}

/**
 * Opens a browser without a window.
 *
 * @example
 * const agent = createUserAgent()
 * const { url } = await agent.logIn(authorizationUrl, { person: server.people.ada })
 * url.searchParams.get('code')
 */
export function createUserAgent(): UserAgent {
  const jar = new Map<string, Cookie>()
  const cookies = (url: string | URL): string => {
    const { hostname, pathname } = new URL(url)
    return [...jar.values()]
      .filter(({ host, path }) => host === hostname && within(pathname, path))
      .map(({ pair }) => pair)
      .join('; ')
  }
  const request = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    const kept = cookies(url)
    if (kept !== '' && !headers.has('cookie')) headers.set('cookie', kept)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const field of response.headers.getSetCookie()) keep(jar, new URL(url), field)
    return response
  }
  const open = async (url: string | URL): Promise<Response> => {
    const kept = cookies(url)
    const response = await load(new URL(url), kept === '' ? {} : { cookie: kept })
    for (const field of response.headers.getSetCookie()) keep(jar, new URL(url), field)
    return response
  }
  return { fetch: request, open, cookies, logIn: (url, answers) => walk(request, new URL(url), answers) }
}

/** By hand: `fetch` says of itself that it loads no page. */
async function load(url: URL, cookie: Readonly<Record<string, string>>): Promise<Response> {
  const headers = {
    accept: 'text/html,*/*;q=0.8',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    ...cookie,
  }
  const sent = send(url, { agent: false, headers }).end()
  const [incoming]: IncomingMessage[] = await once(sent, 'response')
  if (incoming === undefined) throw new Error(`${url.origin} did not answer`)
  const fields = new Headers()
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    fields.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '')
  }
  const body = await buffer(incoming)
  return new Response(body.length === 0 ? null : new Uint8Array(body), {
    status: incoming.statusCode ?? 0,
    headers: fields,
  })
}

interface Cookie {
  readonly host: string
  readonly path: string
  readonly pair: string
}

/** Ports do not part cookies (RFC 6265 §8.5). */
function keep(jar: Map<string, Cookie>, { hostname, pathname }: URL, field: string): void {
  const [pair = '', ...attributes] = field.split(';').map((part) => part.trim())
  const [name = ''] = pair.split('=', 1)
  const attribute = (wanted: string): string | undefined =>
    attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
  const path = attribute('path') ?? pathname.slice(0, Math.max(1, pathname.lastIndexOf('/')))
  const expires = attribute('expires')
  const over = attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now())
  const key = JSON.stringify([hostname, path, name])
  if (over) jar.delete(key)
  else jar.set(key, { host: hostname, path, pair })
}

function within(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
}

async function walk(request: UserAgent['fetch'], start: URL, answers: PageAnswers): Promise<WayBack> {
  let url = start
  let response = await request(url)
  const answered = new Set<string>()
  for (;;) {
    const location = response.headers.get('location')
    if (location !== null) {
      url = new URL(location, url)
      if (url.origin !== start.origin) return { url }
      response = await request(url)
      continue
    }
    const page = await response.text()
    const target = formOf(page)
    if (target === undefined) throw new Error(`${url.pathname} answered ${response.status} and nothing to fill in`)
    const action = new URL(target, url)
    if (action.origin !== start.origin) return { url: action, form: hiddenFields(page) }
    if (answered.has(action.pathname)) throw new Error(`${action.pathname} asks once more`)
    answered.add(action.pathname)
    url = action.pathname.endsWith('/consent') && answers.consent === 'deny' ? new URL('cancel', action) : action
    response = await request(url, { method: 'POST', body: fieldsFor(answers) })
  }
}

/** The pages take what they ask for and leave the rest. */
function fieldsFor({ person, password = person.password }: PageAnswers): URLSearchParams {
  return new URLSearchParams({ username: person.username, password, code: person.code })
}

function formOf(page: string): string | undefined {
  return /<form method="post" action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
}

function hiddenFields(page: string): URLSearchParams {
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  return new URLSearchParams(fields.map(([, name = '', value = '']): [string, string] => [name, unescaped(value)]))
}

function unescaped(value: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }
  return value.replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => characters[name] ?? '')
}
