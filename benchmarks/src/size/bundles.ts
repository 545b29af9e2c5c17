import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/** What an application ships that uses these names of a package and nothing else. */
export interface Bundle {
  readonly purpose: 'verify' | 'client' | 'everything'
  readonly package: string
  /** What is used, as an export clause has it. */
  readonly used: string
}

export const bundles: readonly Bundle[] = [
  { purpose: 'verify', package: '@auth/core', used: '{ createVerifier }' },
  { purpose: 'verify', package: 'jose', used: '{ jwtVerify, createRemoteJWKSet }' },
  { purpose: 'verify', package: 'aws-jwt-verify', used: '{ JwtVerifier }' },
  { purpose: 'client', package: '@auth/core', used: '{ createTokenClient, clientCredentials }' },
  {
    purpose: 'client',
    package: 'oauth4webapi',
    used: '{ clientCredentialsGrantRequest, processClientCredentialsResponse, ClientSecretBasic }',
  },
  { purpose: 'client', package: 'openid-client', used: '{ Configuration, clientCredentialsGrant, ClientSecretBasic }' },
  { purpose: 'everything', package: '@auth/core', used: '*' },
  { purpose: 'everything', package: 'jose', used: '*' },
  { purpose: 'everything', package: 'oauth4webapi', used: '*' },
  { purpose: 'everything', package: 'aws-jwt-verify', used: '*' },
  { purpose: 'everything', package: 'openid-client', used: '*' },
]

/** In bytes. */
export interface Size {
  readonly minified: number
  readonly gzipped: number
}

/** For any platform, not for one: no Node, no browser. */
export async function sizeOf(bundle: Bundle): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: `export ${bundle.used} from '${bundle.package}'`, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    external: ['node:*', 'crypto', 'https', 'url', 'stream', 'util'],
  })
  const contents = outputFiles[0]?.contents ?? new Uint8Array()
  return { minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length }
}
