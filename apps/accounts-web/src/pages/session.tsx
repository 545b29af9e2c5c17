import { Layout, type Viewer } from './layout.js'
import { Moment, span } from './words.js'

/** What is shown of a session; never a token. Times are in seconds since the epoch. */
export interface SessionView {
  readonly viewer: Viewer
  readonly now: number
  readonly subject: string
  /** What the person showed who they are by, in words. */
  readonly kind: string | undefined
  readonly authenticatedAt: number | undefined
  readonly createdAt: number
  /** When the session ends if nobody uses it, and when it ends in any case. */
  readonly idleUntil: number
  readonly absoluteUntil: number
  readonly token: { readonly expiresAt: number; readonly renewable: boolean }
  readonly scopes: readonly { readonly name: string; readonly description: string; readonly granted: boolean }[]
}

/** The session, its scopes and its token's lifetime. */
export function SessionPage({ viewer, now, ...session }: SessionView) {
  const { subject, kind, authenticatedAt, createdAt, idleUntil, absoluteUntil, token, scopes } = session
  const until = (at: number) => (
    <>
      in {span(at - now)}, <Moment at={at} />
    </>
  )
  return (
    <Layout title="Your session" current="/session" viewer={viewer}>
      <h1>Your session</h1>
      <h2>Login</h2>
      <dl class="panel">
        <dt>You are</dt>
        <dd>
          {viewer.name} <code>{subject}</code>
        </dd>
        <dt>Shown by</dt>
        <dd>{kind ?? 'not said'}</dd>
        <dt>Logged in</dt>
        <dd>{authenticatedAt === undefined ? 'not said' : <Moment at={authenticatedAt} />}</dd>
        <dt>Session since</dt>
        <dd>
          <Moment at={createdAt} />
        </dd>
        <dt>Ends unused</dt>
        <dd>{until(idleUntil)}</dd>
        <dt>Ends anyway</dt>
        <dd>{until(absoluteUntil)}</dd>
      </dl>
      <h2>Access token</h2>
      <dl class="panel">
        <dt>Expires</dt>
        <dd id="token-expiry">{until(token.expiresAt)}</dd>
        <dt>Renewal</dt>
        <dd>{token.renewable ? 'by itself, before it expires' : 'none: a new login is needed'}</dd>
      </dl>
      <h2>What this app may do</h2>
      <ul class="scopes panel">
        {scopes.map(({ name, description, granted }) => (
          <li class={granted ? undefined : 'no'}>
            {granted ? '✓' : '–'} {description} <code>{name}</code>
            {!granted && ' not granted'}
          </li>
        ))}
      </ul>
      <h2>Log out</h2>
      <form method="post" action="/auth/logout" class="actions">
        <button type="submit">Log out here</button>
        <button type="submit" class="quiet" name="everywhere" value="yes">
          Log out everywhere
        </button>
      </form>
    </Layout>
  )
}
