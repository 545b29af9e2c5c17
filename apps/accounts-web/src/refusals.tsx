import { AuthError, TokenRequestError } from '@auth/core'
import { LoginError } from '@auth/core/login'
import type { Context } from 'hono'
import { ApiUnavailable, LoginNeeded, PermissionNeeded } from './api.js'
import type { Missing } from './missing.js'
import { htmlOf, page } from './page.js'
import { MessagePage } from './pages/message.js'
import { RefusedPage } from './pages/refused.js'
import { pathTo } from './paths.js'
import type { PersonEnv } from './person.js'

/** The page that stands for an error. */
export function refusalPage(error: Error, c: Context<PersonEnv>): Response | Promise<Response> {
  if (error instanceof PermissionNeeded) return permissionPage(c, error.missing)
  if (error instanceof LoginNeeded || isOver(error)) return c.redirect(pathTo('/', { next: retryPath(c) }), 303)
  if (error instanceof LoginError) return loginRefusal(error)
  const viewer = c.get('person')?.viewer
  const next = { path: '/', words: 'Back to the start' }
  if (error instanceof AuthError || error instanceof ApiUnavailable) {
    const text = 'The bank does not answer at the moment. Nothing is lost; please try again in a while.'
    return page(c, <MessagePage title="Please try again" {...{ text, next, viewer }} />, 503)
  }
  console.error(error)
  const text = 'That is our mistake, not yours.'
  return page(c, <MessagePage title="Something broke" {...{ text, next, viewer }} />, 500)
}

/** The refresh token is good no more: somebody logged out elsewhere, or took this app's permission away. */
function isOver(error: Error): boolean {
  return error instanceof TokenRequestError && error.code === 'invalid_grant'
}

function permissionPage(c: Context<PersonEnv>, missing: Missing): Response | Promise<Response> {
  const retry = new URL(retryPath(c), 'http://app.invalid')
  const wanted = missing.kind === 'scopes' ? missing.scopes.join(' ') : 'login'
  const asked = retry.searchParams.get('asked') === wanted
  retry.searchParams.set('asked', wanted)
  const wish =
    missing.kind === 'scopes'
      ? { scope: missing.scopes.join(' ') }
      : { acr_values: missing.acrValues.join(' '), max_age: missing.maxAge }
  const view = {
    viewer: c.var.person.viewer,
    current: `/${retry.pathname.split('/')[1]}`,
    missing,
    remedyPath: pathTo('/login', { ...wish, next: `${retry.pathname}${retry.search}` }),
    backPath: '/accounts',
    asked,
  }
  return page(c, <RefusedPage {...view} />, 403)
}

/** The page that stands for a login or a logout that was refused. */
export function loginRefusal(error: LoginError): Response {
  const { title, text } =
    error.code === 'access_denied'
      ? { title: 'You said no', text: 'You did not allow what this app asked for. Nothing has changed.' }
      : { title: 'This login did not work', text: `${error.message}.` }
  const next = { path: error.returnTo ?? '/accounts', words: 'Go on' }
  const answer = error.toResponse()
  answer.headers.set('content-type', 'text/html; charset=utf-8')
  return new Response(htmlOf(<MessagePage {...{ title, text, next }} />), answer)
}

/** A page that was only looked at can be looked at again. */
function retryPath(c: Context<PersonEnv>): string {
  const { pathname, search } = new URL(c.req.url)
  return c.get('retryPath') ?? (c.req.method === 'GET' ? `${pathname}${search}` : '/accounts')
}
