import { scopes as catalogue } from 'accounts'
import type { Missing } from '../missing.js'
import { Layout, type Viewer } from './layout.js'
import { span } from './words.js'

/** What a page of refusal is about. */
export interface RefusedView {
  readonly viewer: Viewer
  readonly current?: string | undefined
  readonly missing: Missing
  /** Where to get what is missing. */
  readonly remedyPath: string
  /** Where to go instead. */
  readonly backPath: string
  /** Whether it was asked for already, in vain. */
  readonly asked: boolean
}

/** Why the API refused, and what helps. */
export function RefusedPage({ missing, ...view }: RefusedView) {
  return missing.kind === 'scopes' ? (
    <MissingScopes {...view} scopes={missing.scopes} />
  ) : (
    <MissingLogin {...view} maxAge={missing.maxAge} />
  )
}

type Rest = Omit<RefusedView, 'missing'>

function MissingScopes({
  viewer,
  current,
  scopes,
  remedyPath,
  backPath,
  asked,
}: Rest & { readonly scopes: readonly string[] }) {
  return (
    <Layout title="Permission needed" current={current} viewer={viewer}>
      <h1>{asked ? 'This app was not given that' : 'This app may not do that yet'}</h1>
      <p class="lead">The Accounts API refused, because the app’s token lacks:</p>
      <ul class="scopes panel">
        {scopes.map((name) => (
          <li>
            {catalogue.has(name) ? catalogue.scopes[name] : 'Something else'} <code>{name}</code>
          </li>
        ))}
      </ul>
      {asked && (
        <div class="note warn" role="status">
          <p>The authorization server was asked and did not grant it. It may not be yours to give.</p>
        </div>
      )}
      <Ways {...{ remedyPath, backPath }} remedy={asked ? 'Ask again' : 'Give this permission'} />
    </Layout>
  )
}

function MissingLogin({
  viewer,
  current,
  maxAge,
  remedyPath,
  backPath,
  asked,
}: Rest & { readonly maxAge: number | undefined }) {
  return (
    <Layout title="Confirm that it is you" current={current} viewer={viewer}>
      <h1>Confirm that it is you</h1>
      <p class="lead">
        The Accounts API wants a login with a one-time code for this
        {maxAge !== undefined && `, not older than ${span(maxAge)}`}. What you typed is kept.
      </p>
      {asked && (
        <div class="note warn" role="status">
          <p>The last login was not of this kind.</p>
        </div>
      )}
      <Ways {...{ remedyPath, backPath }} remedy="Confirm" />
    </Layout>
  )
}

function Ways({ remedyPath, backPath, remedy }: Pick<Rest, 'remedyPath' | 'backPath'> & { readonly remedy: string }) {
  return (
    <p class="actions">
      <a class="button" href={remedyPath}>
        {remedy}
      </a>
      <a href={backPath}>Not now</a>
    </p>
  )
}
