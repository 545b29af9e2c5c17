import { env } from 'node:process'
import { createApp } from './app.js'

declare const Deno: {
  serve(
    options: { hostname: string; port: number; onListen: (at: { readonly port: number }) => void },
    handler: (request: Request) => unknown,
  ): unknown
}

const { fetch } = createApp(() => env.CONFIG ?? '')
Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => console.log(port) }, fetch)
