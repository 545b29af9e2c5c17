/** What is used of miniflare, whose own declarations do not compile without those of its dependencies. */
export declare class Miniflare {
  constructor(options: {
    readonly modules: readonly { readonly type: 'ESModule'; readonly path: string; readonly contents: string }[]
    readonly compatibilityDate: string
    readonly bindings: Readonly<Record<string, string>>
  })
  readonly ready: Promise<URL>
  dispose(): Promise<void>
}
