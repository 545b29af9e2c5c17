import { env } from 'node:process'
import { createApp } from './app.js'

declare const Bun: {
  serve(options: { fetch: (request: Request) => unknown; hostname: string; port: number }): { readonly port: number }
}

const { fetch } = createApp(() => env.CONFIG ?? '')
console.log(Bun.serve({ fetch, hostname: '127.0.0.1', port: 0 }).port)
