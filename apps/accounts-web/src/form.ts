import type { Context } from 'hono'

/** The named fields of a form that was sent; one that is missing or a file is left out. */
export async function readForm<N extends string>(
  c: Context,
  names: readonly N[],
): Promise<{ readonly [K in N]?: string }> {
  const sent = await c.req.parseBody()
  const fields: { [K in N]?: string } = {}
  for (const name of names) {
    const value = sent[name]
    if (typeof value === 'string') fields[name] = value
  }
  return fields
}
