import { applyDecorators, UseGuards } from '@nestjs/common'
import { BearerGuard } from './bearer.guard.js'
import { declareVerifier } from './verifier-choice.js'

/**
 * Whose tokens a handler, or every handler of a class that does not say otherwise, accepts: those of
 * `AuthModule.forRoot(source, { name })`. It brings `BearerGuard` along.
 *
 * @throws TypeError for an empty name; when the application starts for one that no module has.
 * @example
 * @UseVerifier('partners')
 * @Controller('partners')
 * export class PartnersController {}
 */
export function UseVerifier(name: string): ClassDecorator & MethodDecorator {
  return applyDecorators(declareVerifier(name), UseGuards(BearerGuard))
}
