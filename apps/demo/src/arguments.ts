import { parseArgs } from 'node:util'
import { isProfileName, type ProfileName, profileNames } from 'accounts'

/** What the command line asks for. */
export interface Arguments {
  readonly json: boolean
  readonly profiles: readonly ProfileName[]
}

export const usage: string = `usage: demo [--json] [--profile NAME]

  --json           print the results as JSON and nothing else
  --profile NAME   one of ${profileNames.join(', ')}; all of them unless given`

/** The command line makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Reads the command line. @throws UsageError */
export function readArguments(args: readonly string[]): Arguments {
  // Package managers differ in whether they hand on the `--` that parts a script's arguments from their own.
  const { json = false, profile } = parse(args[0] === '--' ? args.slice(1) : args)
  if (profile === undefined) return { json, profiles: profileNames }
  if (isProfileName(profile)) return { json, profiles: [profile] }
  throw new UsageError(`there is no profile '${profile}'; there are ${profileNames.join(', ')}`)
}

function parse(args: readonly string[]): { json?: boolean | undefined; profile?: string | undefined } {
  try {
    return parseArgs({ args: [...args], options: { json: { type: 'boolean' }, profile: { type: 'string' } } }).values
  } catch (error) {
    // Node's own messages name the flag and what was expected.
    throw new UsageError(error instanceof Error ? error.message : 'the command line cannot be read')
  }
}
