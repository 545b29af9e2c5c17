/** What is sent to create an entity, by resource. */
export interface Inputs {
  accounts: { readonly partyId: string; readonly name: string; readonly currency: string }
  transactions: {
    readonly accountId: string
    /** In minor units of the account's currency; negative when money leaves. */
    readonly amount: number
    readonly bookedOn: string
    readonly description: string
  }
  parties: { readonly name: string; readonly kind: 'person' | 'organisation'; readonly country: string }
  cards: {
    readonly accountId: string
    readonly holder: string
    readonly lastFour: string
    readonly expires: string
    readonly status: 'active' | 'blocked'
    /** What may be spent in a month, in minor units. */
    readonly monthlyLimit: number
  }
}

/** The four resources of the Accounts API. */
export type Resource = keyof Inputs

/** One entity as it is stored and answered. */
export type Entity<R extends Resource = Resource> = Inputs[R] & { readonly id: string }

/** The resources in an order in which each comes after what it refers to. */
export const resources: readonly Resource[] = ['parties', 'accounts', 'transactions', 'cards']

/** Whether a name from outside is that of a resource. */
export function isResource(name: string): name is Resource {
  return resources.some((resource) => resource === name)
}
