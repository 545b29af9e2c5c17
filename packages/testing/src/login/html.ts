/** HTML that may stand in a page as it is. */
export interface Html {
  readonly html: string
}

type Part = Html | string | undefined | readonly Part[]

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Writes HTML; whatever is not HTML itself is escaped, `undefined` leaves nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, i) => text + write(parts[i])).join('') }
}

/** For what another library has written. */
export function trusted(written: string): Html {
  return { html: written }
}

function write(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (char) => escapes[char] ?? '')
  return 'html' in part ? part.html : part.map(write).join('')
}
