import { Layout, type Viewer } from './layout.js'

/** A page that says one thing and where to go on. */
export function MessagePage({
  title,
  text,
  next,
  viewer,
}: {
  readonly title: string
  readonly text: string
  readonly next: { readonly path: string; readonly words: string }
  readonly viewer?: Viewer | undefined
}) {
  return (
    <Layout title={title} viewer={viewer}>
      <div class="hero">
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <a class="button" href={next.path}>
          {next.words}
        </a>
      </div>
    </Layout>
  )
}
