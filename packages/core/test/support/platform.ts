import { fileURLToPath } from 'node:url'

/** What package.json chooses by the platform, in the sources instead of what was built of them. */
export function aliasesOf(platform: 'node' | 'web'): Record<string, string> {
  return { '#signature': fileURLToPath(new URL(`../../src/verifier/signature.${platform}.ts`, import.meta.url)) }
}
