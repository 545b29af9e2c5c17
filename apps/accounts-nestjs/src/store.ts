/** The injection token of the `AccountsStore`. */
export const STORE: unique symbol = Symbol('STORE')
