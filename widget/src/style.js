// The window's look. Hosts may set the custom properties; everything else is sealed in the shadow tree.

export const style = `
:host { --okienko-accent: #00665e; --okienko-on-accent: #fff; --okienko-back: #fff; --okienko-text: #1d2327; --okienko-soft: #f0f4f3; --okienko-line: #5c6b68;
  --okienko-warn-back: #fff4d6; --okienko-warn-line: #8a5a00; font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; color: var(--okienko-text); }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.launch { position: fixed; right: 1rem; bottom: 1rem; padding: .8rem 1.3rem; border: 0; border-radius: 2rem; background: var(--okienko-accent); color: var(--okienko-on-accent); font: inherit; font-weight: 600; cursor: pointer; box-shadow: 0 2px 10px #0004; }
.window { display: flex; flex-direction: column; background: var(--okienko-back); border: 1px solid var(--okienko-line); border-radius: .8rem; overflow: hidden; height: 100%; min-height: 28rem; }
:host(:not([inline])) .window { position: fixed; right: 1rem; bottom: 1rem; width: min(26rem, calc(100vw - 2rem)); height: min(42rem, calc(100vh - 2rem)); min-height: 0; box-shadow: 0 4px 24px #0005; z-index: 2147483000; }
.bar { display: flex; align-items: center; gap: .5rem; padding: .6rem .9rem; background: var(--okienko-accent); color: var(--okienko-on-accent); }
.bar h2 { margin: 0; font-size: 1.1rem; flex: 1; }
.bar button { background: transparent; color: inherit; border: 1px solid currentColor; border-radius: .4rem; font: inherit; font-size: .9rem; padding: .25rem .6rem; cursor: pointer; }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; margin: 0; padding: .9rem; list-style: none; display: flex; flex-direction: column; gap: .7rem; }
.said { max-width: 92%; padding: .6rem .8rem; border-radius: .7rem; background: var(--okienko-soft); overflow-wrap: anywhere; }
.said p { margin: .2rem 0; } .said h3 { margin: .2rem 0; font-size: 1.05rem; }
.line { margin: .2rem 0; } .term { display: inline; } .term > summary { display: inline; cursor: help; list-style: none; text-decoration: underline dotted 2px; text-underline-offset: 3px; } .term > summary::-webkit-details-marker { display: none; }
.term::details-content { display: none; } .term[open]::details-content { display: inline; content-visibility: visible; }
.term[open] > span { background: var(--okienko-back); border-left: 3px solid var(--okienko-accent); padding: .1rem .3rem; }
.said.client { align-self: flex-end; background: var(--okienko-accent); color: var(--okienko-on-accent); }
.said.step, .said.checklist { max-width: 100%; border-left: 4px solid var(--okienko-accent); }
.said.warning, .caution { background: var(--okienko-warn-back); border-left: 4px solid var(--okienko-warn-line); color: #3b2a00; }
.caution { padding: .4rem .6rem; border-radius: .3rem; }
.said.person { border-left: 4px solid var(--okienko-accent); } .said .name { margin: 0; font-size: .92rem; font-weight: 600; }
.said.ticket { border: 2px solid var(--okienko-accent); }
.aside, .progress { font-size: .92rem; opacity: .9; } .due { font-weight: 600; }
dl { margin: .4rem 0; } .field { display: flex; gap: .5rem; margin: .15rem 0; } dt { font-weight: 600; flex: 0 0 7.5rem; } dd { margin: 0; flex: 1; }
progress { width: 100%; height: .5rem; accent-color: var(--okienko-accent); }
a { color: var(--okienko-accent); } .client a { color: inherit; }
.choices { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: .5rem; }
.choice { font: inherit; text-align: left; padding: .45rem .8rem; min-height: 2.75rem; border-radius: 1.2rem; border: 1.5px solid var(--okienko-accent); background: var(--okienko-back); color: var(--okienko-accent); cursor: pointer; }
.choice:hover:not([aria-disabled=true]) { background: var(--okienko-accent); color: var(--okienko-on-accent); }
.choice[aria-disabled=true] { border-color: var(--okienko-line); color: var(--okienko-line); cursor: default; }
.choice.chosen { font-weight: 600; text-decoration: underline; }
form { display: flex; gap: .5rem; padding: .7rem; border-top: 1px solid var(--okienko-line); }
textarea { flex: 1; font: inherit; color: inherit; background: var(--okienko-back); resize: none; padding: .5rem .6rem; border-radius: .5rem; border: 1.5px solid var(--okienko-line); min-height: 2.75rem; max-height: 8rem; }
form button { font: inherit; font-weight: 600; border: 0; border-radius: .5rem; padding: 0 1rem; background: var(--okienko-accent); color: var(--okienko-on-accent); cursor: pointer; }
.status { min-height: 1.4rem; padding: 0 .9rem; font-size: .9rem; }
:focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px; box-shadow: 0 0 0 2px #1d2327; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 30rem) { :host(:not([inline])) .window { right: 0; bottom: 0; width: 100vw; height: 100dvh; border-radius: 0; border: 0; } .field { flex-direction: column; gap: 0; } dt { flex: none; } }
@media (prefers-color-scheme: dark) { :host { --okienko-accent: #5cc7bb; --okienko-on-accent: #06201d; --okienko-back: #14191a; --okienko-text: #eef2f1; --okienko-soft: #222a2b; --okienko-line: #93a5a2; --okienko-warn-back: #3a2e10; --okienko-warn-line: #e0b04a; } .said.warning, .caution { color: #ffeec2; } }
@media (prefers-reduced-motion: no-preference) { .log { scroll-behavior: smooth; } }
@media print { .launch, form, .bar button, .choices { display: none; } }
`;
