import type { Entity } from 'accounts'
import { ChoiceField, InputRefusal, TextField } from './field.js'
import { Layout, type Viewer } from './layout.js'

/** All cards. */
export function CardsPage({
  viewer,
  cards,
  issued,
}: {
  readonly viewer: Viewer
  readonly cards: readonly Entity<'cards'>[]
  /** The last four digits of a card that was issued just now. */
  readonly issued?: string | undefined
}) {
  return (
    <Layout title="Your cards" current="/cards" viewer={viewer}>
      {issued && (
        <div class="note" role="status">
          <p>The card that ends in {issued} is on its way.</p>
        </div>
      )}
      <h1>Your cards</h1>
      <ul class="tiles">
        {cards.map(({ holder, lastFour, expires, status }) => (
          <li class="tile">
            <h2>{holder}</h2>
            <p class="amount">•••• {lastFour}</p>
            <p class="soft">
              {status === 'active' ? 'Active' : 'Blocked'}, until {expires}
            </p>
          </li>
        ))}
      </ul>
      <p class="actions">
        <a class="button" href="/cards/new">
          Order a card
        </a>
      </p>
    </Layout>
  )
}

/** What was typed before, and what was wrong with it. */
export interface NewCardView {
  readonly viewer: Viewer
  readonly accounts: readonly Entity<'accounts'>[]
  readonly accountId?: string | undefined
  readonly holder?: string | undefined
  /** What the form takes and was asked for already. */
  readonly asked?: string | undefined
  readonly error?: string | undefined
}

/** The form that orders a card. */
export function NewCardPage({ viewer, accounts, accountId = '', holder = '', asked, error }: NewCardView) {
  return (
    <Layout title={error === undefined ? 'Order a card' : 'Error: order a card'} current="/cards" viewer={viewer}>
      <h1>Order a card</h1>
      <p class="lead">
        A card spends money. The API wants to know that it is you: a login of the last minutes, with a code.
      </p>
      <InputRefusal text={error} />
      <form method="post" action="/cards" class="panel">
        {asked && <input type="hidden" name="asked" value={asked} />}
        <ChoiceField
          name="accountId"
          label="Account"
          value={accountId}
          choices={accounts.map(({ id, name }) => [id, name] as const)}
        />
        <TextField name="holder" label="Name on the card" value={holder} maxlength={80} />
        <button type="submit">Order the card</button>
      </form>
    </Layout>
  )
}
