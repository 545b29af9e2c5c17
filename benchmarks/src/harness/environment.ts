import os from 'node:os'

/** Where and when something was measured. */
export interface Environment {
  readonly date: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  /** Processes that wanted a core, on average over the last minute. */
  readonly load: number
}

export function environment(): Environment {
  return {
    date: new Date().toISOString(),
    node: process.version,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    load: os.loadavg()[0] ?? 0,
  }
}

export function describe({ date, node, cpu, cores, load }: Environment): string {
  return `${date.slice(0, 16)}Z, Node ${node.slice(1)}, ${cores} cores (${cpu}), load ${load.toFixed(1)}`
}
