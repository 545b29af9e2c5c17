import { Layout } from './layout.js'

/** What somebody is told who has just come from somewhere. */
export type Notice = 'logged-out' | 'log-in-first'

const notices: Readonly<Record<Notice, string>> = {
  'logged-out': 'You are logged out.',
  'log-in-first': 'You are not logged in, or no longer: a session ends when nobody uses it.',
}

/** The page for whoever is not logged in. */
export function HomePage({ loginPath, notice }: { readonly loginPath: string; readonly notice?: Notice | undefined }) {
  return (
    <Layout title="Welcome">
      {notice && (
        <div class="note" role="status">
          <p>{notices[notice]}</p>
        </div>
      )}
      <div class="hero">
        <h1>Your accounts, at a glance</h1>
        <p class="lead">
          Log in at the authorization server. It asks what this app may do in your name, and you can give more later,
          when you need it.
        </p>
        <a class="button" href={loginPath}>
          Log in
        </a>
      </div>
    </Layout>
  )
}
