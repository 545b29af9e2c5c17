import type { Benchmark } from './benchmark.js'

/** A benchmark by what it shows. Only the one that runs is loaded: what another brings along would be measured, too. */
export interface Listed {
  readonly shows: string
  readonly load: () => Promise<Benchmark>
}

export const benchmarks: Readonly<Record<string, Listed>> = {
  'verify-cold': {
    shows: 'tokens never seen before, beside node:crypto',
    load: async () => (await import('./verify-cold/run.js')).verifyCold,
  },
  'verify-warm': {
    shows: 'tokens seen before, as fresh strings, beside one map look-up',
    load: async () => (await import('./verify-warm/run.js')).verifyWarm,
  },
  'get-token': {
    shows: 'a token that is at hand, beside an awaited promise',
    load: async () => (await import('./get-token/run.js')).getToken,
  },
  http: {
    shows: 'CPU time of a request: Hono, NestJS, tRPC and Express with nothing, with this toolkit, with its peers',
    load: async () => (await import('./http/run.js')).http,
  },
  size: {
    shows: 'bytes it adds to an application',
    load: async () => (await import('./size/run.js')).size,
  },
  'start-up': {
    shows: 'how long importing it takes',
    load: async () => (await import('./start-up/run.js')).startUp,
  },
  scale: {
    shows: 'cost with 1 to 10 000 issuers and 1 to 100 000 remembered tokens, and memory for each',
    load: async () => (await import('./scale/run.js')).scale,
  },
  'client-behaviour': {
    shows: 'how token clients behave',
    load: async () => (await import('./client-behaviour/run.js')).clientBehaviour,
  },
  'client-life': {
    shows: 'a minute of a client with short-lived tokens, in real time',
    load: async () => (await import('./client-life/run.js')).clientLife,
  },
  'fleet-simulation': {
    shows: 'ten thousand processes for a day, with a simulated clock; draws docs/fleet-simulation.svg',
    load: async () => (await import('./fleet-simulation/run.js')).fleetSimulation,
  },
}
