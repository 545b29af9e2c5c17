import { until } from './until.js'

/** Waits for some seconds, or until a signal ends it with its reason. */
export async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000)
  })
  await until(over, signal).finally(() => clearTimeout(timer))
}
