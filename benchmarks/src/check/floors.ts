/**
 * Shares of the limit's rate, by CPU time, below which something has become slow. About half of what was measured on
 * 21 November 2026: low enough for another machine and another Node, high enough for the mistakes that matter, like a key
 * prepared for each token, a promise chain too long, or a hash over the whole token.
 */
export const floors = {
  'cold, RS256': 0.25,
  'cold, ES256': 0.45,
  'cold, EdDSA': 0.45,
  'warm, 1,000 tokens': 0.2,
  'getToken() at hand': 0.25,
} as const

export type Checked = keyof typeof floors
