/** The style of the page: one colour per state, losses also by an outline, so that colour is not all that tells. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2430; --dim: #5d6877; --line: #d9dee5; --bar: #f5f7f9; --mark: #fff1b8; --here: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --back: #14181d; --text: #e3e8ee; --dim: #98a4b3; --line: #2c343d; --bar: #1b2128; --mark: #4a3f0a; --here: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: grid; grid-template-rows: auto auto 1fr auto auto; font: 14px/1.45 system-ui, sans-serif; background: var(--back); color: var(--text); }
header { padding: 10px 16px 8px; border-bottom: 1px solid var(--line); background: var(--bar); }
h1 { margin: 0; font-size: 17px; overflow-wrap: anywhere; }
h2 { margin: 0; padding: 5px 12px; font-size: 12px; font-weight: 600; color: var(--dim); border-bottom: 1px solid var(--line); }
.notice { margin: 2px 0 6px; color: var(--dim); font-size: 13px; }
#bar { display: flex; height: 8px; border-radius: 4px; overflow: hidden; margin: 6px 0; }
#bar span { border: 0; outline: 0; min-width: 2px; }
#bar span + span { margin-left: 1px; }
.states { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-top: 4px; }
.states > span { width: 36px; color: var(--dim); font-size: 13px; }
.pane.none::before { content: 'Nothing here fits the filters. Esc clears them.'; display: block; padding: 16px; color: var(--dim); font-family: system-ui, sans-serif; }
header button { font: inherit; font-size: 13px; padding: 2px 9px; border-radius: 12px; cursor: pointer; max-width: none; }
header button[aria-pressed=true] { box-shadow: 0 0 0 2px var(--here); }
header b { font-variant-numeric: tabular-nums; }
nav { display: flex; flex-wrap: wrap; gap: 8px; padding: 8px 16px; border-bottom: 1px solid var(--line); align-items: center; }
nav input, nav select, nav button { font: inherit; font-size: 13px; padding: 3px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--back); color: var(--text); max-width: 240px; }
nav button { cursor: pointer; background: var(--bar); }
#hits { color: var(--dim); font-size: 13px; }
main { display: grid; grid-template-columns: 3fr 2fr; min-height: 0; }
main > section { display: grid; grid-template-rows: auto 1fr; min-height: 0; min-width: 0; }
main > section + section { border-left: 1px solid var(--line); }
.pane { overflow: auto; position: relative; font: 13px/24px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
.pane:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible { outline: 2px solid var(--here); outline-offset: -2px; }
.sizer { min-width: max-content; }
.row { height: 24px; white-space: nowrap; display: flex; gap: 5px; align-items: center; padding-right: 12px; cursor: default; }
.row:hover { background: var(--bar); }
.row.section, .row.resource { font-weight: 600; border-top: 1px solid var(--line); }
.row.marked { background: var(--mark); }
.name { color: var(--dim); }
.row.section .name, .row.resource .name { color: var(--text); }
.row.resource .text { font-weight: 400; color: var(--dim); }
.text { overflow: hidden; text-overflow: ellipsis; max-width: 60ch; }
#target .row { cursor: pointer; }
.fold { width: 16px; flex: none; padding: 0; border: 0; background: none; color: var(--dim); font: inherit; cursor: pointer; }
.count { font: 12px system-ui, sans-serif; color: var(--dim); font-weight: 400; }
.count.lost { color: #b3261e; font-weight: 600; }
.chip { display: inline-block; max-width: 42ch; overflow: hidden; text-overflow: ellipsis; padding: 0 6px; line-height: 19px; border-radius: 4px; border: 1px solid transparent; color: #1c2430; cursor: pointer; vertical-align: middle; white-space: nowrap; }
.chip i { font-style: normal; opacity: .62; }
.chip.dim { opacity: .28; }
.chip.marked { box-shadow: 0 0 0 2px #e0a800; }
.chip.here { box-shadow: 0 0 0 2px var(--here); }
.s-copied { background: #bfe8cb; } .s-implied { background: #cdeee6; } .s-tested { background: #cfe2fb; }
.s-frame { background: #e6e9ed; } .s-narrative { background: #e4dbf7; }
.s-unread { background: #ffd0cb; border-color: #b3261e; } .s-declared { background: #ffe3c2; border-color: #b26a00; }
.s-no-code { background: #ffd9e8; border-color: #a8206b; } .s-superseded { background: #fdeeb5; border-color: #8a6d00; }
.s-narrowed { background: #f3e5b8; border-color: #7a6210; } .s-withheld { background: #f6c1c1; border-color: #7d0f0f; border-style: dashed; }
#inspector { border-top: 1px solid var(--line); background: var(--bar); padding: 8px 16px; height: 112px; overflow: auto; }
#inspector .value { font: 13px/1.5 ui-monospace, 'DejaVu Sans Mono', monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 4px 0; }
#inspector .head .chip { margin-right: 6px; }
#inspector .foot { color: var(--dim); }
.link { font: inherit; border: 0; background: none; padding: 0; color: var(--here); text-decoration: underline; cursor: pointer; }
footer { padding: 4px 16px; border-top: 1px solid var(--line); color: var(--dim); font-size: 12px; }
kbd { border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; font: inherit; }
@media screen and (max-width: 800px) {
  body { display: block; height: auto; } footer { display: none; }
  main { grid-template-columns: 1fr; grid-template-rows: 60vh 50vh; }
  main > section + section { border-left: 0; border-top: 1px solid var(--line); }
  #inspector { position: sticky; bottom: 0; }
}
@media print {
  :root { --back: #fff; --text: #000; --dim: #444; --bar: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { display: block; height: auto; font-size: 10px; }
  nav, footer, #inspector, .fold { display: none; }
  main { display: block; } main > section { display: block; } main > section + section { border: 0; break-before: page; }
  .pane { overflow: visible; font-size: 9px; line-height: 1.4; } .sizer { min-width: 0; height: auto !important; } .rows { transform: none !important; }
  .row { height: auto; flex-wrap: wrap; gap: 3px; break-inside: avoid; } .chip { max-width: 100%; white-space: normal; line-height: 1.35; overflow-wrap: anywhere; }
  .text { max-width: none; white-space: normal; overflow-wrap: anywhere; min-width: 0; } .row { white-space: normal; }
}
`;
