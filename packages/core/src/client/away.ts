/** What a store is that failed, or did not answer in time. */
export const away: unique symbol = Symbol('away')
