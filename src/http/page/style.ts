/** How the page looks: one column, system fonts, light or dark as the reader has it. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8886; --quiet: color-mix(in srgb, currentColor 68%, transparent); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p { margin: .25rem 0 .75rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
form { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; align-items: end; margin-top: 1rem; }
label { display: grid; gap: .25rem; font-weight: 600; }
input, button { font: inherit; font-weight: 400; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .3rem; min-width: 0; }
button { cursor: pointer; font-weight: 600; }
:focus-visible { outline: 3px solid #2a6fdb; outline-offset: 2px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: .5rem 0; }
dl div { border: 1px solid var(--line); border-radius: .3rem; padding: .5rem .75rem; }
dt { color: var(--quiet); font-size: .875rem; }
dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin-bottom: 1rem; }
caption { text-align: left; padding: 0 .5rem .25rem; }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; vertical-align: top; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td meter { width: 5rem; margin-right: .75rem; vertical-align: middle; }
@media (max-width: 30rem) { td meter { display: none; } }
[role=alert] { border-left: 4px solid #c0392b; padding: .25rem .75rem; margin-top: 1.5rem; }
[hidden] { display: none; }
`;
