// The window's look. Host pages may set the custom properties (docs/widget.md); everything else is sealed in the shadow tree.

const light = `--a: var(--okienko-accent, #00665e); --on-a: var(--okienko-on-accent, #fff); --back: var(--okienko-back, #fff); --ink: var(--okienko-text, #1d2327);
  --soft: var(--okienko-soft, #eef3f2); --edge: var(--okienko-line, #5c6b68); --warn: #fff4d6; --warn-edge: #8a5a00; --warn-ink: #3b2a00; color-scheme: light;`;
const dark = `--a: var(--okienko-accent, #5cc7bb); --on-a: var(--okienko-on-accent, #06201d); --back: var(--okienko-back, #14191a); --ink: var(--okienko-text, #eef2f1);
  --soft: var(--okienko-soft, #222a2b); --edge: var(--okienko-line, #93a5a2); --warn: #3a2e10; --warn-edge: #e0b04a; --warn-ink: #ffeec2; color-scheme: dark;`;

export const style = `
:host { ${light} font: 1rem/1.5 var(--okienko-font, system-ui, "Segoe UI", Roboto, sans-serif); color: var(--ink); display: block; }
@media (prefers-color-scheme: dark) { :host(:not([theme=light])) { ${dark} } }
:host([theme=dark]) { ${dark} }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
button { font: inherit; color: inherit; cursor: pointer; }
.launch { position: fixed; inset-inline-end: max(1rem, env(safe-area-inset-right)); bottom: max(1rem, env(safe-area-inset-bottom)); min-height: 3rem; padding: .7rem 1.3rem; border: 2px solid transparent; border-radius: 2rem; background: var(--a); color: var(--on-a); font-weight: 600; box-shadow: 0 2px 10px #0004; z-index: 2147483000; }
.window { display: flex; flex-direction: column; background: var(--back); border: 1px solid var(--edge); border-radius: var(--okienko-radius, .75rem); overflow: hidden; height: 100%; min-height: min(28rem, 100dvh); container-type: inline-size; }
:host(:not([inline])) .window { position: fixed; inset-inline-end: 1rem; bottom: 1rem; width: min(27rem, calc(100vw - 2rem)); height: min(44rem, calc(100dvh - 2rem)); min-height: 0; box-shadow: 0 6px 28px #0005; z-index: 2147483000; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .5rem; padding: .5rem .75rem; background: var(--a); color: var(--on-a); }
.bar h2 { margin: 0; font-size: 1.1rem; flex: 1; }
.bar button { background: transparent; border: 1px solid currentColor; border-radius: .4rem; font-size: .95rem; min-height: 2.5rem; padding: .2rem .75rem; }
.presence { flex-basis: 100%; margin: 0; font-size: .95rem; }
.menu { padding: .75rem; border-bottom: 1px solid var(--edge); background: var(--soft); overflow-y: auto; max-height: 60%; }
fieldset { border: 0; margin: 0 0 .75rem; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
legend, .menu h3 { font-weight: 600; font-size: 1rem; margin: 0 0 .35rem; padding: 0; }
.tab { position: relative; } .tab input { position: absolute; inset: 0; opacity: 0; margin: 0; width: 100%; height: 100%; cursor: pointer; }
.tab span { display: inline-flex; align-items: center; min-height: 2.5rem; padding: .2rem .8rem; border: 1.5px solid var(--edge); border-radius: 1.25rem; background: var(--back); }
.tab input:checked + span { background: var(--a); color: var(--on-a); border-color: var(--a); font-weight: 600; }
.tab input:focus-visible + span { outline: 3px solid #ffbf47; outline-offset: 2px; box-shadow: 0 0 0 2px #1d2327; }
.matters { list-style: none; margin: 0 0 .75rem; padding: 0; display: grid; gap: .4rem; }
.matters button { width: 100%; text-align: start; min-height: 2.75rem; padding: .4rem .75rem; background: var(--back); border: 1.5px solid var(--a); border-radius: .5rem; }
.matters small { display: block; font-size: .9rem; }
.plainly { background: none; border: 1.5px solid var(--edge); border-radius: .5rem; min-height: 2.5rem; padding: .2rem .8rem; }
.log { flex: 1; min-height: 6rem; overflow-y: auto; overscroll-behavior: contain; margin: 0; padding: .9rem; list-style: none; display: flex; flex-direction: column; gap: .7rem; }
.said { max-width: min(92%, 44rem); padding: .6rem .85rem; border-radius: .75rem .75rem .75rem .2rem; background: var(--soft); overflow-wrap: anywhere; align-self: flex-start; }
.said p { margin: .25rem 0; } .said h3 { margin: .25rem 0; font-size: 1.1rem; line-height: 1.35; } .said h4 { margin: .5rem 0 .1rem; font-size: 1rem; }
.said ol, .said ul { margin: .3rem 0; padding-inline-start: 1.4rem; } .versions { list-style: none; padding: 0 !important; display: flex; flex-wrap: wrap; gap: .25rem 1rem; } .versions a { display: inline-block; padding: .25rem 0; }
.said.client { align-self: flex-end; background: var(--a); color: var(--on-a); border-radius: .75rem .75rem .2rem .75rem; }
.said.is-step, .said.is-checklist, .said.is-ticket { max-width: 100%; align-self: stretch; border-inline-start: 4px solid var(--a); border-radius: .3rem .75rem .75rem .3rem; }
.said.is-ticket { border: 2px solid var(--a); } .said.is-card { border: 1px solid var(--edge); }
.said.warning, .caution, .guard { background: var(--warn); border-inline-start: 4px solid var(--warn-edge); color: var(--warn-ink); }
.caution { padding: .4rem .6rem; border-radius: .3rem; }
.said.person { border-inline-start: 4px solid var(--a); } .name { font-weight: 600; }
.line { margin: .25rem 0; } .term { display: inline; } .term > summary { display: inline; cursor: help; list-style: none; text-decoration: underline dotted 2px; text-underline-offset: 3px; } .term > summary::-webkit-details-marker { display: none; }
.term::details-content { display: none; } .term[open]::details-content { display: inline; content-visibility: visible; }
.term[open] > span { background: var(--back); border-inline-start: 3px solid var(--a); padding: .1rem .3rem; }
.aside, .progress { font-size: .95rem; } .progress { font-weight: 600; }
dl { margin: .5rem 0; } .field { display: flex; gap: .25rem .75rem; margin: .35rem 0; } dt { font-weight: 600; flex: 0 0 7.5rem; } dd { margin: 0; flex: 1; min-width: 0; } dd p { margin: .1rem 0; }
progress { display: block; width: 100%; height: .5rem; accent-color: var(--a); }
a { color: var(--a); } .client a { color: inherit; }
.code { font-size: 1.15rem; letter-spacing: .06em; } .codeline { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: 0 !important; }
.small { font-size: .95rem; min-height: 2rem; padding: .1rem .6rem; background: none; border: 1.5px solid var(--a); border-radius: .4rem; }
.qr { display: block; background: #fff; padding: .4rem; border-radius: .4rem; margin-top: .4rem; }
.choices { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .6rem; }
.choice { text-align: start; padding: .45rem .9rem; min-height: 2.75rem; border-radius: 1.4rem; border: 1.5px solid var(--a); background: var(--back); color: var(--a); }
.choice:hover:not([aria-disabled=true]) { background: var(--a); color: var(--on-a); }
.choice[aria-disabled=true] { border-color: var(--edge); border-style: dashed; color: var(--edge); cursor: default; }
.choice.chosen[aria-disabled=true] { font-weight: 600; border-style: solid; color: var(--ink); }
.choice.chosen::before { content: "✓ "; }
.guard { padding: .6rem .9rem; } .guard p { margin: 0 0 .5rem; } .guard button { min-height: 2.5rem; padding: .3rem .9rem; border-radius: .5rem; border: 1.5px solid var(--warn-edge); background: transparent; margin-inline-end: .5rem; }
.guard button:first-of-type { background: var(--a); color: var(--on-a); border-color: var(--a); font-weight: 600; }
.status { min-height: 1.5rem; padding: 0 .9rem; font-size: .95rem; }
form { display: flex; gap: .5rem; padding: .6rem .75rem max(.75rem, env(safe-area-inset-bottom)); border-top: 1px solid var(--edge); }
textarea { flex: 1; min-width: 0; font: inherit; color: inherit; background: var(--back); resize: none; padding: .55rem .7rem; border-radius: .5rem; border: 1.5px solid var(--edge); min-height: 2.9rem; max-height: 9rem; field-sizing: content; }
textarea::placeholder { color: var(--edge); opacity: 1; }
form button { font-weight: 600; border: 2px solid transparent; border-radius: .5rem; padding: 0 1rem; min-height: 2.9rem; background: var(--a); color: var(--on-a); }
:focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px; box-shadow: 0 0 0 2px #1d2327; }
.log:focus-visible { outline-offset: -4px; box-shadow: inset 0 0 0 1px #1d2327; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 24rem) { .field { flex-direction: column; gap: 0; } dt { flex: none; } .said { max-width: 100%; } }
@media (max-width: 30rem) { :host(:not([inline])) .window { inset: 0; width: 100%; height: var(--seen, 100dvh); border-radius: 0; border: 0; } }
@media (max-height: 24rem) { .bar { padding-block: .2rem; } .log { min-height: 3rem; } form { padding-block: .3rem; } .status:empty { min-height: 0; } }
@media (prefers-reduced-motion: no-preference) { .log { scroll-behavior: smooth; } }
@media (prefers-contrast: more) { .said, .window, .choice, textarea { border: 2px solid currentColor; } .choice[aria-disabled=true], .aside { color: var(--ink); } }
@media (forced-colors: active) { .said, .launch, .bar, form button, .tab span, .guard button { border: 1px solid CanvasText; } .tab input:checked + span { border-width: 4px; } progress { forced-color-adjust: none; } }
@media print { .launch, form, .bar button, .menu, .choices, .status { display: none; } .window, .log { height: auto !important; position: static !important; overflow: visible; } }
`;
