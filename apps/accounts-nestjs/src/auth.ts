import { createNestAuth, type NestAuth } from '@auth/nestjs'
import { type Scope, scopes } from 'accounts'

/** The decorators that know the Accounts API's scopes: a misspelt one does not compile. */
export const auth: NestAuth<Scope> = createNestAuth({ scopes })
