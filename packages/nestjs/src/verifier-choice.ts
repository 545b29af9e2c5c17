import { createNote, type Note } from './note.js'
import { checkName } from './verifier.js'

const verifierNote: Note<string> = createNote('verifier')

/** The name of the verifier whose tokens a handler accepts, its own before its class's; undefined for the one without. */
export function verifierNameOf(controller: object, handler: object): string | undefined {
  return verifierNote.read(handler) ?? verifierNote.read(controller)
}

/** As `isAccessLost`, for the name of the verifier: without it another one's tokens would be accepted. */
export function isVerifierLost(prototype: object, name: string, handler: object): boolean {
  return verifierNote.isLost(prototype, name, handler)
}

/** Notes on a class or a handler whose tokens it accepts. @throws TypeError for an empty name, or two on one target. */
export function declareVerifier(name: string): ClassDecorator & MethodDecorator {
  checkName(name)
  return verifierNote.write(({ own }, where) => {
    if (own === undefined || own === name) return name
    throw new TypeError(`${where} is to use the verifiers '${own}' and '${name}': keep one of them`)
  })
}
