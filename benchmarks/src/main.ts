import type { Benchmark } from './benchmark.js'
import { clientBehaviour } from './client-behaviour/run.js'
import { clientLife } from './client-life/run.js'
import { fleetSimulation } from './fleet-simulation/run.js'

const benchmarks: Readonly<Record<string, Benchmark>> = {
  'client-behaviour': clientBehaviour,
  'client-life': clientLife,
  'fleet-simulation': fleetSimulation,
}

const [name = '', ...rest] = process.argv.slice(2)
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined
if (benchmark === undefined || rest.some((each) => each !== '--json')) {
  console.error(`pnpm bench NAME [--json], where NAME is one of ${Object.keys(benchmarks).join(', ')}`)
  process.exit(2)
}
const { text, kept } = await benchmark({ json: rest.includes('--json') })
console.log(text)
// Peers leave requests and timers behind that would keep the process alive.
process.exit(kept ? 0 : 1)
