import { expect, test } from 'vitest'
import { readArguments, UsageError } from '../src/arguments.js'

const all = ['portx', 'portsip', 'passport', 'basicForm', 'aritma']

test.for([
  [[], { json: false, profiles: all }],
  [['--json'], { json: true, profiles: all }],
  [['--', '--json'], { json: true, profiles: all }],
  [['--profile', 'aritma'], { json: false, profiles: ['aritma'] }],
  [['--profile=portsip', '--json'], { json: true, profiles: ['portsip'] }],
  [['--fleet', '8'], { json: false, profiles: all, fleet: 8 }],
] as const)('%j means %j', ([args, expected]) => {
  expect(readArguments(args)).toEqual(expected)
})

test.for<[string[], string]>([
  [['--profile', 'nobody'], "there is no profile 'nobody'; there are portx, portsip, passport, basicForm, aritma"],
  [
    ['--profile', '__proto__'],
    "there is no profile '__proto__'; there are portx, portsip, passport, basicForm, aritma",
  ],
  [['--profile', 'PortX'], "there is no profile 'PortX'; there are portx, portsip, passport, basicForm, aritma"],
  [['--profile'], '--profile'],
  [['--colour'], '--colour'],
  [['--json=yes'], '--json'],
  [['portx'], 'portx'],
  [['--fleet', '0'], '--fleet takes a number from 1 to 64'],
  [['--fleet', 'many'], "not 'many'"],
  [['--fleet', '2', '--profile', 'portx'], 'not both'],
])('%j is refused: %s', ([args, message]) => {
  expect(() => readArguments(args)).toThrow(UsageError)
  expect(() => readArguments(args)).toThrow(message)
})
