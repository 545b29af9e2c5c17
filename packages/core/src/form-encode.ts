/** A text as the WHATWG form encoding writes it. A lone surrogate, which no encoding can write, becomes U+FFFD. */
export function formEncode(text: string): string {
  return new URLSearchParams([[text, '']]).toString().slice(0, -1)
}
