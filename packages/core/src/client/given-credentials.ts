import { Lru } from '../cache/lru.js'

/**
 * The credentials a client was given that work once, and whether each is spent: none is sent again then
 * (RFC 9700 §4.14.2).
 */
export type GivenCredentials = Lru<string, boolean>

/** A call may bring one, so their number must have an end. */
const maxEntries = 10_000

export function givenCredentials(): GivenCredentials {
  return new Lru(maxEntries)
}

/** A credential is about to be sent, by whoever is the first to say so. @returns whether it may be */
export function takeGiven(given: GivenCredentials, credential: string): boolean {
  if (given.get(credential) === true) return false
  given.set(credential, true)
  return true
}

/** It may be sent, while nobody knows better. */
export function offerGiven(given: GivenCredentials, credential: string): void {
  if (given.get(credential) === undefined) given.set(credential, false)
}

/** A token was replaced, ended, or may have been taken; one that was not given does not matter. */
export function spendGiven(given: GivenCredentials, token: string | undefined): void {
  if (token !== undefined && given.get(token) !== undefined) given.set(token, true)
}
