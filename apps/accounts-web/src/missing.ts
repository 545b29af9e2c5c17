/** What a challenge says is missing: scopes (RFC 6750 §3), or a login of some kind or age (RFC 9470 §3). */
export type Missing =
  | { readonly kind: 'scopes'; readonly scopes: readonly string[] }
  | { readonly kind: 'login'; readonly acrValues: readonly string[]; readonly maxAge: number | undefined }

/** Reads the `WWW-Authenticate` field of a refusal; `undefined` when nothing that a person could give is missing. */
export function readMissing(field: string | null): Missing | undefined {
  const parameters = new Map(
    [...(field ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  const list = (name: string): string[] => parameters.get(name)?.split(' ').filter(Boolean) ?? []
  switch (parameters.get('error')) {
    case 'insufficient_scope':
      return { kind: 'scopes', scopes: list('scope') }
    case 'insufficient_user_authentication': {
      const maxAge = parameters.get('max_age')
      return { kind: 'login', acrValues: list('acr_values'), maxAge: maxAge === undefined ? undefined : Number(maxAge) }
    }
    default:
      return undefined
  }
}
