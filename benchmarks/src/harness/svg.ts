/** A picture of that size, on white. */
export function svg(title: string, size: { readonly width: number; readonly height: number }, parts: string): string {
  const { width, height } = size
  const font = 'font-family="sans-serif" font-size="13" fill="#333"'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ${font}><title>${title}</title><rect width="${width}" height="${height}" fill="#fff"/>${parts}</svg>\n`
}

export function line(path: string, colour: string, width = 1): string {
  return `<path d="${path}" stroke="${colour}" stroke-width="${width}"/>`
}

export function label(text: string, at: { readonly x: number; readonly y: number }, more = ''): string {
  return `<text x="${at.x.toFixed(1)}" y="${at.y.toFixed(1)}"${more}>${text}</text>`
}
