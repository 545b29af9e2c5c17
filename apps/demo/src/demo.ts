import { startAuthorizationServer } from '@auth/testing'
import { readArguments, UsageError, usage } from './arguments.js'
import { renderFleet, runFleet } from './fleet/fleet.js'
import { exitCode } from './results.js'
import { run } from './runner.js'
import { renderTable } from './table.js'

/** Where the demo writes to: one line, or several, at a time. */
export interface Output {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

/**
 * Runs what the command line asks for.
 *
 * @returns the exit code: 0 when everything passed, 1 when something failed, 2 when the command line makes no sense.
 */
export async function demo(args: readonly string[], { out, error }: Output): Promise<number> {
  try {
    const { json, profiles, fleet } = readArguments(args)
    if (fleet !== undefined) {
      const results = await runFleet(fleet)
      out(json ? JSON.stringify(results, null, 2) : renderFleet(results))
      return results.processes.every(({ failed }) => failed === 0) ? 0 : 1
    }
    await using server = await startAuthorizationServer({ profiles })
    const results = await run({ server, profiles })
    out(json ? JSON.stringify(results, null, 2) : renderTable(results))
    return exitCode(results)
  } catch (reason) {
    if (!(reason instanceof UsageError)) throw reason
    error(`${reason.message}\n\n${usage}`)
    return 2
  }
}
