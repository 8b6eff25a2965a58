/**
 * The embed's own look, kept inside its shadow: the host page's styles do not come in, and none of ours go out.
 *
 * A constructed sheet, which a content policy without inline styles allows. What a host may change are the
 * `--tocsin-…` properties, with the defaults that stand here.
 */
const TEXT = `
:host { display: block; container-type: inline-size; text-align: start;
  --a: var(--tocsin-accent, #046059); --s: var(--tocsin-accent-soft, #e2f1ee); --c: var(--tocsin-card, #fff);
  --t: var(--tocsin-text, #10201e); --m: var(--tocsin-muted, #5d6b68); --l: var(--tocsin-line, #dfded5); --b: #75d1c6;
  font: 400 16px/1.5 var(--tocsin-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif);
  color: var(--t); color-scheme: light; }
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) { :host([theme="auto"]) { color-scheme: dark; --a: var(--tocsin-accent, #75d1c6); --s: var(--tocsin-accent-soft, #15332f); --c: var(--tocsin-card, #121f1d); --t: var(--tocsin-text, #e8f0ee); --m: var(--tocsin-muted, #93a5a1); --l: var(--tocsin-line, #24332f); --b: #014641; } }
:host([drill]) { --a: #6b26a5; --s: #efe4ff; --c: #fdfbff; --t: #10201e; --m: #5d6b68; --l: #dccbf2; --b: #cfa9ff; color-scheme: light; }
*, ::before, ::after { box-sizing: border-box; }
h2, h3, p, ul, ol { margin: 0; padding: 0; } ul, ol { list-style: none; }
a { color: inherit; text-underline-offset: .18em; }
:focus-visible { outline: 3px solid #0b3fd6; outline-offset: 2px; box-shadow: 0 0 0 2px #fff; border-radius: 4px; }
[hidden] { display: none !important; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.row { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; justify-content: space-between; }
.sev { padding: 3px 10px; border-radius: 5px; font-weight: 750; font-size: 13px; background: #5d6b68; color: #fff; }
.Extreme { background: #69163b; } .Severe { background: #c21f2c; } .Moderate { background: #efb146; color: #372300; } .Minor { background: #006fb3; }
.drill { background: #6b26a5; color: #fff; }
.live { color: var(--a); font-weight: 700; font-size: 14px; } .live.off { color: var(--m); }
.card { position: relative; overflow: hidden; overflow-wrap: anywhere; background: var(--c); border: 1px solid var(--l); border-radius: var(--tocsin-radius, 11px); }
.hd { padding: 14px 18px 12px; border-bottom: 1px solid var(--l); }
h2 { font: 700 1.28em/1.2 var(--tocsin-font-display, Charter, "Sitka Text", Cambria, Georgia, serif); margin: 8px 0 4px; }
.sub { font-size: 14px; color: var(--m); } .bold { font-weight: 700; color: var(--t); }
.do { padding: 12px 18px 20px; background: var(--s); font-size: 15px; line-height: 1.42; }
h3 { font-size: 15px; line-height: 1.4; margin-bottom: 3px; }
.do li { padding-inline-start: 15px; position: relative; } .do li::before { content: ""; position: absolute; inset-inline-start: 0; top: .48em; width: 7px; height: 7px; background: var(--a); transform: rotate(45deg); }
.list { position: relative; padding: 28px 18px 2px 48px; }
.list::before { content: ""; position: absolute; left: 25px; top: 34px; bottom: 0; width: 5px; border-radius: 3px; background: repeating-linear-gradient(-52deg, var(--a) 0 4px, var(--b) 4px 8px); }
.list li { position: relative; padding-bottom: 14px; font-size: 15px; line-height: 1.42; }
.list li::before { content: ""; position: absolute; left: -29px; top: 5px; width: 17px; height: 17px; border-radius: 50%; background: var(--c); border: 4px solid var(--a); box-shadow: 0 0 0 3px var(--c); }
.list .key::before { background: var(--a); } .list .corr::before { border-style: double; border-color: #8c6101; }
.t { display: flex; flex-wrap: wrap; gap: 2px 8px; font-size: 14px; color: var(--m); } .t time { font-weight: 700; color: var(--t); }
button { position: absolute; z-index: 1; left: 50%; top: -18px; transform: translateX(-50%); min-height: 40px; padding: 0 16px; border: 0; border-radius: 99px; background: var(--a); color: var(--c); font: 650 15px/1 inherit; font-family: inherit; cursor: pointer; box-shadow: 0 6px 18px -6px rgba(16,32,30,.4); }
.lw { position: relative; }
.ft { display: flex; border-top: 1px solid var(--l); } .ft a { flex: 1; min-height: 52px; display: flex; align-items: center; justify-content: center; font-weight: 650; font-size: 15px; color: var(--a); }
.bar { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 12px clamp(16px, 4vw, 60px); background: var(--tocsin-bar, #014641); color: var(--tocsin-bar-text, #fff); overflow-wrap: anywhere; }
.bar.crisis { background: var(--tocsin-bar, #9b0e1e); } :host([drill]) .bar { background: #6b26a5; color: #fff; }
.bar .live { color: inherit; } .bar .sev { background: #fff; color: #730713; } .bar p { flex: 1 1 12em; font-weight: 700; } .bar a { min-height: 44px; display: inline-flex; align-items: center; font-weight: 700; }
@media (forced-colors: active) { .sev, .card, .bar, button { border: 1px solid CanvasText; } }
@media print { button, .ft { display: none; } }
`

let sheet: CSSStyleSheet | undefined

export function styles(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(TEXT)
  }
  return sheet
}
