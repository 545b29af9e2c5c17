/** The look of the login pages: one card, light or dark as the system is. */
export const style = `
:root { color-scheme: light dark; --page: #eef0f4; --card: #fff; --text: #1b2130; --soft: #525b6e; --line: #868fa1;
  --accent: #3a45b8; --on-accent: #fff; --bad: #a8192e; --bad-card: #fdeef0 }
@media (prefers-color-scheme: dark) {
  :root { --page: #12151c; --card: #1b2029; --text: #eceff5; --soft: #a9b2c3; --line: #717b8f; --accent: #a9b4ff;
    --on-accent: #12151c; --bad: #ff9aa8; --bad-card: #3a1d24 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--page);
  color: var(--text); font: 1rem/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border-radius: 1rem;
  box-shadow: 0 1px 2px #0002, 0 12px 32px #0001 }
.from { margin: 0 0 1.25rem; color: var(--soft); font-size: .875rem }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25 }
p { margin: 0 0 1rem }
ul { margin: 0 0 1.25rem; padding: 0; list-style: none }
li { padding: .5rem 0; border-bottom: 1px solid color-mix(in srgb, var(--line) 35%, transparent) }
li code { display: block; color: var(--soft); font-size: .8125rem }
li.no { color: var(--soft) }
label { display: block; margin: 0 0 .25rem; font-weight: 600 }
input { display: block; width: 100%; margin: 0 0 1rem; padding: .625rem .75rem; border: 1px solid var(--line);
  border-radius: .5rem; background: transparent; color: inherit; font: inherit }
input[readonly] { border-style: dashed; color: var(--soft) }
input[aria-invalid=true] { border-color: var(--bad) }
.hint { margin: -.75rem 0 1rem; color: var(--soft); font-size: .875rem }
.error { padding: .75rem 1rem; border-left: 4px solid var(--bad); border-radius: .25rem; background: var(--bad-card) }
button { display: block; width: 100%; padding: .7rem 1rem; border: 1px solid var(--accent); border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer }
button.quiet { background: transparent; color: var(--accent) }
form + form, button + button { margin-top: .75rem }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`
