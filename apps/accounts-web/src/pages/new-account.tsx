import { ChoiceField, InputRefusal, TextField } from './field.js'
import { Layout, type Viewer } from './layout.js'

/** What was typed before, and what was wrong with it. */
export interface NewAccountView {
  readonly viewer: Viewer
  readonly name?: string | undefined
  readonly currency?: string | undefined
  /** What the form takes and was asked for already. */
  readonly asked?: string | undefined
  readonly error?: string | undefined
}

const currencies = [
  ['NOK', 'Norwegian krone'],
  ['EUR', 'Euro'],
  ['SEK', 'Swedish krona'],
] as const

/** The form that opens an account. */
export function NewAccountPage({ viewer, name = '', currency = 'NOK', asked, error }: NewAccountView) {
  return (
    <Layout
      title={error === undefined ? 'Open an account' : 'Error: open an account'}
      current="/accounts"
      viewer={viewer}
    >
      <h1>Open an account</h1>
      <p class="lead">This changes something, so it takes a permission that looking does not.</p>
      <InputRefusal text={error} />
      <form method="post" action="/accounts" class="panel">
        {asked && <input type="hidden" name="asked" value={asked} />}
        <TextField name="name" label="Name" hint="Up to 80 characters" value={name} maxlength={80} />
        <ChoiceField name="currency" label="Currency" value={currency} choices={currencies} />
        <button type="submit">Open the account</button>
      </form>
    </Layout>
  )
}
