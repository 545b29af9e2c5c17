import { hasMethods } from '../shapes.js'

/** The part of Standard Schema v1 that is used. */
export interface ClaimsSchema<C extends object> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<C> | Promise<SchemaResult<C>>
    readonly types?: { readonly input: unknown; readonly output: C } | undefined
  }
}

/** What a Standard Schema answers. */
export type SchemaResult<C> =
  | { readonly value: C; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] }

/** Whether a value has what a Standard Schema has. They are objects or functions, and some have it on their prototype. */
export function isSchema(schema: unknown): boolean {
  return hasMethods(['validate'])(Reflect.get(Object(schema), '~standard'))
}
