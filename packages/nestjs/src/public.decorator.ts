import { declareAccess } from './access.js'

/**
 * Opens a handler, or every handler of a class that does not say otherwise, to everybody: no token is asked for and
 * none is looked at.
 *
 * @throws TypeError beside `@RequireScopes` on the same target.
 * @example
 * @Get('health')
 * @Public()
 * health() { return { status: 'ok' } }
 */
export function Public(): ClassDecorator & MethodDecorator {
  return declareAccess('public')
}
