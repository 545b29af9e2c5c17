import type { StepUp } from '@auth/core'
import { createNote, type Note } from './note.js'

const stepUpNote: Note<readonly StepUp[]> = createNote('step-up')

/** What class and handler ask of a login; all of it must hold. */
export function stepUpsOf(controller: object, handler: object): readonly StepUp[] {
  return [controller, handler].flatMap((target) => stepUpNote.read(target) ?? [])
}

/** As `isAccessLost`, for what is asked of a login. */
export function isStepUpLost(prototype: object, name: string, handler: object): boolean {
  return stepUpNote.isLost(prototype, name, handler)
}

/** Notes on a class or a handler what it asks of a login. What a class that is extended asks for stays. */
export function declareStepUp(requirement: StepUp): ClassDecorator & MethodDecorator {
  return stepUpNote.write(({ inherited = [] }) => [...inherited, requirement])
}
