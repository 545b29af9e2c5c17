import { defineScopes, type ScopeCatalogue, type ScopeOf } from '@auth/core'

/** The eight scopes of the Accounts API, as PortX describes them. */
export const scopes: ScopeCatalogue<`${'accounts' | 'transactions' | 'parties' | 'cards'}:${'read' | 'write'}`> =
  defineScopes({
    'accounts:read': 'Read account information',
    'accounts:write': 'Create and modify accounts',
    'transactions:read': 'View transaction history',
    'transactions:write': 'Create transactions',
    'parties:read': 'Read party (customer) data',
    'parties:write': 'Create and modify parties',
    'cards:read': 'View card information',
    'cards:write': 'Issue and manage cards',
  })

/** The name of one of them: a misspelt one does not compile. */
export type Scope = ScopeOf<typeof scopes>
