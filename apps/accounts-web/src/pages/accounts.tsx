import type { Entity } from 'accounts'
import { Layout, type Viewer } from './layout.js'
import { Amount, Day } from './words.js'

/** What there is to see. */
export interface AccountsView {
  readonly viewer: Viewer
  readonly accounts: readonly Entity<'accounts'>[]
  readonly transactions: readonly Entity<'transactions'>[]
  /** The name of an account that was opened just now. */
  readonly opened?: string | undefined
}

/** All accounts with their balances. */
export function AccountsPage({ viewer, accounts, transactions, opened }: AccountsView) {
  return (
    <Layout title="Your accounts" current="/accounts" viewer={viewer}>
      {opened && (
        <div class="note" role="status">
          <p>The account “{opened}” is open.</p>
        </div>
      )}
      <h1>Your accounts</h1>
      <ul class="tiles">
        {accounts.map(({ id, name, currency }) => (
          <li class="tile">
            <h2>
              <a href={`/accounts/${encodeURIComponent(id)}`}>{name}</a>
            </h2>
            <p class="amount">
              <Amount minor={balance(id, transactions)} currency={currency} />
            </p>
          </li>
        ))}
      </ul>
      <p class="actions">
        <a class="button" href="/accounts/new">
          Open an account
        </a>
      </p>
    </Layout>
  )
}

/** One account and what happened on it. */
export function AccountPage({
  viewer,
  account: { id, name, currency },
  transactions,
}: Pick<AccountsView, 'viewer' | 'transactions'> & { readonly account: Entity<'accounts'> }) {
  const own = transactions.filter(({ accountId }) => accountId === id)
  return (
    <Layout title={name} current="/accounts" viewer={viewer}>
      <h1>{name}</h1>
      <p class="lead amount">
        <Amount minor={balance(id, own)} currency={currency} />
      </p>
      <h2>Transactions</h2>
      {own.length === 0 ? (
        <p class="soft">Nothing has happened on this account.</p>
      ) : (
        <Transactions {...{ own, currency }} />
      )}
      <p class="actions">
        <a href="/accounts">All accounts</a>
      </p>
    </Layout>
  )
}

function Transactions({ own, currency }: { readonly own: AccountsView['transactions']; readonly currency: string }) {
  return (
    <div class="panel">
      <table>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">For</th>
            <th scope="col" class="amount">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {own.map(({ bookedOn, description, amount }) => (
            <tr>
              <td>
                <Day date={bookedOn} />
              </td>
              <td>{description}</td>
              <td class="amount">
                <Amount minor={amount} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function balance(id: string, transactions: AccountsView['transactions']): number {
  return transactions.reduce((sum, { accountId, amount }) => (accountId === id ? sum + amount : sum), 0)
}
