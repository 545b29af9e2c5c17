import { parseArgs } from 'node:util'
import { isProfileName, type ProfileName, profileNames } from 'accounts'

/** What the command line asks for. */
export interface Arguments {
  readonly json: boolean
  readonly profiles: readonly ProfileName[]
  /** How many processes share tokens, where that is what is to be shown. */
  readonly fleet?: number
}

export const usage: string = `usage: demo [--json] [--profile NAME]
       demo [--json] --fleet N

  --json           print the results as JSON and nothing else
  --profile NAME   one of ${profileNames.join(', ')}; all of them unless given
  --fleet N        N processes that share tokens through a redis-server of this machine, 1 to 64`

/** The command line makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Reads the command line. @throws UsageError */
export function readArguments(args: readonly string[]): Arguments {
  // Package managers differ in whether they hand on the `--` that parts a script's arguments from their own.
  const { json = false, profile, fleet } = parse(args[0] === '--' ? args.slice(1) : args)
  if (fleet !== undefined && profile !== undefined) throw new UsageError('give --profile or --fleet, not both')
  if (fleet !== undefined) return { json, profiles: profileNames, fleet: sizeOf(fleet) }
  if (profile === undefined) return { json, profiles: profileNames }
  if (isProfileName(profile)) return { json, profiles: [profile] }
  throw new UsageError(`there is no profile '${profile}'; there are ${profileNames.join(', ')}`)
}

function sizeOf(text: string): number {
  const size = Number(text)
  if (Number.isInteger(size) && size >= 1 && size <= 64) return size
  throw new UsageError(`--fleet takes a number from 1 to 64, not '${text}'`)
}

interface Parsed {
  json?: boolean | undefined
  profile?: string | undefined
  fleet?: string | undefined
}

function parse(args: readonly string[]): Parsed {
  try {
    return parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' }, profile: { type: 'string' }, fleet: { type: 'string' } },
    }).values
  } catch (error) {
    // Node's own messages name the flag and what was expected.
    throw new UsageError(error instanceof Error ? error.message : 'the command line cannot be read')
  }
}
