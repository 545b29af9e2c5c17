/** The look of every page: one column, light or dark as the system is, colours with a contrast of 4.5 to 1 at least. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f5f6f3; --card: #ffffff; --text: #16211c; --soft: #55635b; --line: #d5dbd6; --field: #7b8a81;
  --accent: #0a6b4d; --on-accent: #ffffff; --tint: #e3f1ea; --warn: #8a4a00; --warn-tint: #fdf1de; --bad: #a3202f; --bad-tint: #fbe9ea;
  --shadow: 0 1px 2px rgb(22 33 28 / .06), 0 8px 24px rgb(22 33 28 / .06);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1512; --card: #18201c; --text: #e9f0ec; --soft: #a3b3aa; --line: #2c3832; --field: #76877d;
    --accent: #6fd6ae; --on-accent: #08241a; --tint: #17352a; --warn: #f3c27e; --warn-tint: #36280f; --bad: #ff9c9f; --bad-tint: #3a1b1e;
    --shadow: 0 1px 2px rgb(0 0 0 / .4);
  }
}
*, ::before, ::after { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text); font: 1.0625rem/1.6 system-ui, sans-serif }
a { color: var(--accent); text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .25rem }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--accent); color: var(--on-accent) }
.skip:focus { top: 1rem }

header, main, footer { max-width: 56rem; margin: 0 auto; padding: 0 1.5rem }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.75rem; padding-top: 1.25rem; padding-bottom: 1.25rem }
.brand { display: flex; align-items: center; gap: .6rem; color: inherit; font-weight: 700; text-decoration: none }
.brand::before { content: ''; width: 1.1rem; height: 1.1rem; border: .3rem solid var(--accent); border-radius: 50% }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; list-style: none }
nav a { display: block; padding: .3rem .7rem; border-radius: .5rem; color: var(--soft); text-decoration: none }
nav a:hover { color: var(--text); text-decoration: underline }
nav a[aria-current] { background: var(--tint); color: var(--accent); font-weight: 600 }
.viewer { display: flex; align-items: center; gap: 1rem; margin: 0 0 0 auto; color: var(--soft) }
main { padding-top: 1.5rem; padding-bottom: 3rem }
main:focus { outline: none }
footer { padding-bottom: 2rem; color: var(--soft); font-size: .9375rem }

h1 { margin: 0 0 .5rem; font-size: clamp(1.75rem, 4vw, 2.25rem); line-height: 1.2; letter-spacing: -.02em }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.25rem; line-height: 1.3 }
p { margin: 0 0 1rem }
.lead { max-width: 38rem; margin-bottom: 1.75rem; color: var(--soft); font-size: 1.1875rem }
.soft { color: var(--soft) }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: 1.5rem 0 0 }
code { padding: .1rem .4rem; border-radius: .3rem; background: var(--tint); font-size: .9em }

.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; margin: 1.5rem 0; padding: 0; list-style: none }
.tile, .panel { position: relative; padding: 1.25rem 1.4rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); box-shadow: var(--shadow) }
.tile h2 { margin: 0; font-size: 1.0625rem }
.tile h2 a { color: inherit; text-decoration: none }
.tile h2 a::after { content: ''; position: absolute; inset: 0; border-radius: 1rem }
.tile:has(a:hover) { border-color: var(--accent) }
.tile:has(a:focus-visible) { outline: 3px solid var(--accent); outline-offset: 3px }
.tile a:focus-visible { outline: none }
.amount { font-variant-numeric: tabular-nums; white-space: nowrap }
.tile .amount { margin: .75rem 0 0; font-size: 1.5rem; font-weight: 650; letter-spacing: -.01em }
.tile p { margin: 0 }

table { width: 100%; border-collapse: collapse }
caption { padding-bottom: .5rem; text-align: left; color: var(--soft) }
th { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--field); color: var(--soft); font-size: .9375rem; text-align: left }
td { padding: .7rem .75rem .7rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word }
th.amount, td.amount { padding-right: 0; text-align: right }

dl { display: grid; grid-template-columns: minmax(9rem, auto) 1fr; gap: .6rem 1.5rem; margin: 0 }
dt { color: var(--soft) }
dd { margin: 0 }
@media (max-width: 34rem) { nav a { padding: .3rem .5rem } .panel { padding: 1rem } th, td { padding-right: .5rem; font-size: .875rem } dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .75rem } .viewer { margin-left: 0 } }
.scopes { margin: 0 0 1.5rem; list-style: none }
.scopes li { padding: .35rem 0 }
.no { color: var(--soft) }

label { display: block; margin-bottom: .3rem; font-weight: 600 }
input, select { width: 100%; max-width: 26rem; padding: .6rem .8rem; border: 1px solid var(--field); border-radius: .6rem; background: var(--card); color: inherit; font: inherit }
.field { margin-bottom: 1.25rem }
.hint { display: block; margin-top: .3rem; color: var(--soft); font-size: .9375rem }
.button, button { display: inline-block; padding: .65rem 1.25rem; border: 1px solid var(--accent); border-radius: .6rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer }
.button:hover, button:hover { filter: brightness(1.08) }
.quiet { background: transparent; color: var(--accent) }
.viewer button { padding: .3rem .8rem; font-weight: 500 }

.note { margin: 0 0 1.5rem; padding: .9rem 1.2rem; border-left: .3rem solid var(--accent); border-radius: .4rem; background: var(--tint) }
.note.warn { border-color: var(--warn); background: var(--warn-tint) }
.note.bad { border-color: var(--bad); background: var(--bad-tint) }
.note p:last-child { margin: 0 }
.hero { padding: clamp(1rem, 6vw, 4rem) 0 1rem }
`
