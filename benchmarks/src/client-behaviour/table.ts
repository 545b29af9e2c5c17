import type { Cell } from './row.js'

/** What was measured: a line for each row, a cell for each peer in their order. */
export interface Measured {
  readonly peers: readonly { readonly name: string; readonly version: string }[]
  readonly lines: readonly {
    readonly name: string
    readonly promised: string
    readonly cells: readonly Cell[]
  }[]
}

/** A Markdown table, and beneath it why something could not be measured. */
export function table({ peers, lines }: Measured): string {
  const notes: string[] = []
  const noted = (cell: Cell): string => {
    if (typeof cell === 'string') return cell
    if (!notes.includes(cell.absent)) notes.push(cell.absent)
    return `– (${notes.indexOf(cell.absent) + 1})`
  }
  const rows = [
    ['', ...peers.map(({ name, version }) => `${name} ${version}`)],
    ['---', ...peers.map(() => '---')],
    ...lines.map(({ name, cells }) => [name, ...cells.map(noted)]),
  ]
  const text = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return [text, ...notes.map((note, index) => `(${index + 1}) ${note}`)].join('\n\n')
}

/** Where this toolkit, which is the first, did not do what it promises. */
export function broken({ lines }: Measured): readonly string[] {
  return lines
    .filter(({ cells: [ours], promised }) => ours !== promised)
    .map(({ name, promised, cells: [ours] }) => `${name}: ${JSON.stringify(ours)} instead of '${promised}'`)
}
