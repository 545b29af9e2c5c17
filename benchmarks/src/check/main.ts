import { describe, environment } from '../harness/environment.js'
import { markdown } from '../harness/markdown.js'
import { interval } from '../harness/numbers.js'
import { check } from './check.js'
import { floors } from './floors.js'
import { measurements } from './measure.js'

const verdicts = await check(floors, measurements)
const rows = verdicts.map(({ name, floor, figure, kept }) => [
  name,
  interval(figure),
  `≥ ${floor}`,
  kept ? 'kept' : '**slow**',
])
console.log(`${describe(environment())}\n\n${markdown(['', 'share of the limit, by CPU', 'floor', ''], rows)}`)
process.exitCode = verdicts.every(({ kept }) => kept) ? 0 : 1
