/** `CryptoKey`, by what makes one: without the DOM's types, Node has no type of that name. */
export type PlatformKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>
