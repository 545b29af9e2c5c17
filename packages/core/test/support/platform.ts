import { fileURLToPath } from 'node:url'

/** What package.json chooses by the platform, in the sources instead of what was built of them. */
export function aliasesOf(platform: 'node' | 'web'): Record<string, string> {
  const source = (path: string) => fileURLToPath(new URL(`../../src/${path}.${platform}.ts`, import.meta.url))
  return { '#base64url': source('base64url'), '#signature': source('verifier/signature') }
}
