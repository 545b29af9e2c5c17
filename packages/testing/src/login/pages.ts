import { createHash } from 'node:crypto'
import type { WireAnswer } from '../http.js'
import { type Html, html, trusted } from './html.js'
import { style } from './style.js'

/** What the login page is about. */
export interface LoginPage {
  /** The path its forms go to. */
  readonly path: string
  readonly client: string
  readonly username?: string | undefined
  /** Whether somebody is logged in already, and shows once more who they are. */
  readonly again: boolean
  /** Whether the second factor is asked for. */
  readonly withCode: boolean
  readonly error?: string | undefined
}

/** Asks who somebody is. */
export function loginPage({ path, client, username, again, withCode, error }: LoginPage): WireAnswer {
  const title = again ? 'Confirm that it is you' : 'Log in'
  const invalid = trusted(error === undefined ? '' : 'aria-invalid="true" aria-describedby="error"')
  return page(
    error === undefined ? 200 : 400,
    error === undefined ? title : `Error: ${title}`,
    html`
      <h1>${title}</h1>
      <p>to continue to <strong>${client}</strong></p>
      ${error === undefined ? undefined : html`<p class="error" id="error" role="alert">${error}</p>`}
      <form method="post" action="${path}/login">
        <label for="username">User name</label>
        <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required
          value="${username ?? ''}" ${trusted(again ? 'readonly' : '')} ${invalid}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required ${invalid}>
        ${withCode ? codeField(invalid) : undefined}
        <button>${again ? 'Confirm' : 'Log in'}</button>
      </form>
      ${cancelForm(path)}`,
  )
}

function codeField(invalid: Html): Html {
  return html`
        <label for="code">One-time code</label>
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required ${invalid}
          aria-describedby="code-hint">
        <p class="hint" id="code-hint">Six digits. They stand for those of an authenticator app.</p>`
}

/** What the consent page is about. */
export interface ConsentPage {
  readonly path: string
  readonly client: string
  readonly person: string
  /** What would be granted, in words, and what the person cannot grant. */
  readonly scopes: readonly { readonly name: string; readonly description: string; readonly allowed: boolean }[]
}

/** Asks what a client may do. */
export function consentPage({ path, client, person, scopes }: ConsentPage): WireAnswer {
  const item = ({ name, description, allowed }: ConsentPage['scopes'][number]): Html =>
    allowed
      ? html`<li>${description} <code>${name}</code></li>`
      : html`<li class="no">Not yours to give: ${description} <code>${name}</code></li>`
  const possible = scopes.some(({ allowed }) => allowed)
  const title = possible ? `Allow ${client}?` : `${client} asks in vain`
  return page(
    200,
    title,
    html`
      <h1>${title}</h1>
      <p>It asks to do this in the name of <strong>${person}</strong>:</p>
      <ul>${scopes.map(item)}</ul>
      <form method="post" action="${path}/consent"><button>${possible ? 'Allow' : 'Go on without'}</button></form>
      ${cancelForm(path, possible ? 'Deny' : 'Cancel')}`,
  )
}

/** Asks whether to log out here, too; `form` is oidc-provider's own. */
export function logoutPage(form: string): WireAnswer {
  return page(
    200,
    'Log out?',
    html`
      <h1>Log out here, too?</h1>
      <p>The app has logged you out. You are still logged in at this authorization server.</p>
      ${trusted(form)}
      <button form="op.logoutForm" name="logout" value="yes">Log out</button>
      <button form="op.logoutForm" class="quiet">Stay logged in</button>`,
  )
}

/** Says something, with nothing to do. */
export function messagePage(status: number, title: string, text: string): WireAnswer {
  return page(status, title, html`<h1>${title}</h1><p>${text}</p>`)
}

function cancelForm(path: string, label = 'Cancel'): Html {
  return html`<form method="post" action="${path}/cancel"><button class="quiet">${label}</button></form>`
}

const styleHash = createHash('sha256').update(style).digest('base64')

function page(status: number, title: string, main: Html): WireAnswer {
  const { html: body } = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Local authorization server</title>
  <style>${trusted(style)}</style>
</head>
<body>
  <main>
    <p class="from">Local authorization server</p>
    ${main}
  </main>
</body>
</html>`
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      // No form-action: browsers apply it to where a form's answer redirects to, and that is the app.
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
    },
    body,
  }
}
