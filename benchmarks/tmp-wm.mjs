// cost of notes on fresh objects
import { IncomingMessage } from 'node:http'
const wm1 = new WeakMap(), wm2 = new WeakMap(); const s1 = Symbol('a')
class Slot extends (function (o) { return o }) { #v; constructor(o, v) { super(o); this.#v = v } static get(o) { return #v in o ? o.#v : undefined } }
const mk = () => new IncomingMessage(null)
const keep = Array.from({length: 512}); let k = 0
const lanes = {
  none: () => { const o = mk(); keep[k++ & 511] = o; return o },
  weak: () => { const o = mk(); keep[k++ & 511] = o; if (wm1.get(o) === undefined) wm1.set(o, { a: 1, b: 2 }); return o },
  weak2: () => { const o = mk(); keep[k++ & 511] = o; if (wm1.get(o) === undefined) wm1.set(o, { a: 1, b: 2 }); const p = {x:1}; wm2.set(p, {a:1,b:2}); return o },
  weakTwiceSame: () => { const o = mk(); keep[k++ & 511] = o; if (wm1.get(o) === undefined) wm1.set(o, { a: 1, b: 2 }); wm2.set(o, {a:1,b:2}); return o },
  sym: () => { const o = mk(); keep[k++ & 511] = o; if (o[s1] === undefined) o[s1] = { a: 1, b: 2 }; return o },
  def: () => { const o = mk(); keep[k++ & 511] = o; if (o[s1] === undefined) Object.defineProperty(o, s1, { value: { a: 1, b: 2 }, enumerable: false, writable: true }); return o },
  priv: () => { const o = mk(); keep[k++ & 511] = o; if (Slot.get(o) === undefined) new Slot(o, { a: 1, b: 2 }); return o },
}
const N = 20000, out = Object.fromEntries(Object.keys(lanes).map(k=>[k,[]]))
for (let r=0;r<60;r++) for (const [n,f] of Object.entries(lanes)) { const b=process.cpuUsage(); for (let i=0;i<N;i++) f(); const c=process.cpuUsage(b); if (r>20) out[n].push((c.user+c.system)/N) }
for (const [n,v] of Object.entries(out)) { v.sort((a,b)=>a-b); console.log(n.padEnd(14), v[v.length>>1].toFixed(3), v[0].toFixed(3)) }
