import type { PropsWithChildren } from 'hono/jsx'

/** Who looks at a page. */
export interface Viewer {
  readonly name: string
}

/** What every page has. */
export interface Frame {
  readonly title: string
  /** The place in the navigation that the page is at. */
  readonly current?: string | undefined
  /** @default nobody, who has no navigation either */
  readonly viewer?: Viewer | undefined
}

const places = [
  ['/accounts', 'Accounts'],
  ['/cards', 'Cards'],
  ['/session', 'Session'],
] as const

/** The whole page around what is in it. */
export function Layout({ title, current, viewer, children }: PropsWithChildren<Frame>) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Sample Bank`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header>
          <a class="brand" href="/">
            Sample Bank
          </a>
          {viewer && <Navigation current={current} viewer={viewer} />}
        </header>
        <main id="content" tabindex={-1}>
          {children}
        </main>
        <footer>Sample data on this machine. No page needs JavaScript.</footer>
      </body>
    </html>
  )
}

function Navigation({ current, viewer }: { readonly current: string | undefined; readonly viewer: Viewer }) {
  return (
    <>
      <nav aria-label="Main">
        <ul>
          {places.map(([path, name]) => (
            <li>
              <a href={path} aria-current={path === current ? 'page' : undefined}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <form class="viewer" method="post" action="/auth/logout">
        <span>{viewer.name}</span>
        <button class="quiet" type="submit">
          Log out
        </button>
      </form>
    </>
  )
}
