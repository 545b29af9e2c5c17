/** A fleet, and how it renews. Times in seconds. */
export interface Plan {
  readonly name: string
  readonly processes: number
  readonly tenants: number
  readonly lifetime: number
  /** Between two uses of a tenant's token by one process. */
  readonly pause: number
  readonly length: number
  /** How long before its end a token is renewed: one of these each time. */
  readonly margins: readonly number[]
  readonly shared: boolean
}

/** Token requests of each second. */
export function simulate(plan: Plan): Uint32Array {
  const { processes, tenants, lifetime, pause, length, margins, shared } = plan
  const random = generator(processes + tenants)
  const requests = new Uint32Array(length)
  const tokens = shared ? tenants : tenants * processes
  // Shared, a token is renewed by whoever is the first of all to use it.
  const wait = shared ? pause / processes : pause
  for (let token = 0; token < tokens; token++) {
    // All are deployed at once.
    let time = random() * wait
    while (time < length) {
      requests[Math.floor(time)] = (requests[Math.floor(time)] ?? 0) + 1
      const margin = margins[Math.floor(random() * margins.length)] ?? 0
      time += lifetime - margin + random() * wait
    }
  }
  return requests
}

/** Numbers from 0 up to 1, the same each time (xorshift32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
