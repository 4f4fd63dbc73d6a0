import fc from 'fast-check';
import { bytesOf, gather } from './gathered.ts';
import { isDeepStrictEqual } from 'node:util';
const CSV = ['a','b','1','é',' ','\t',',',';','"','""','#','\n','\r\n','\r','source,target\n','a,b\n','1 2\n','"a\n','b",c\n','# x\n','-2.5'];
const DOT = ['a','b',' -> ',' -- ','"q\\"x"','"a\\\\"','"a\\\nb"','[level=1]','[','],',';','\n','{','}','subgraph ','edge ','node [a=b]','// c\n','/* \n */','# c\n','=',':','-1','1e-5','e-5','weight=2','[weight=x]',',','é','"','\\','<','strict ','digraph {','graph {', 'id=1'];
const mk = (P: string[]) => fc.array(fc.constantFrom(...P), {maxLength: 25}).map((p) => p.join(''));
const input = fc.oneof(fc.tuple(fc.constantFrom('', 'source,target\n', 'source\ttarget\tweight\n', '# l\n'), mk(CSV)).map(p => p.join('')), fc.tuple(fc.constantFrom('digraph {', 'graph g {'), mk(DOT), fc.constantFrom('', '}', '}\n')).map(p=>p.join('')));
const bad = fc.option(fc.tuple(fc.nat(), fc.constantFrom(0, 0xff, 0xc3, 0xe2)));
const OPT = fc.constantFrom({}, { columns: ['source', 'target'] }, { undirected: true }, { credentials: true }, { map: { kind: 'level' } }, {delimiter:'space'}, {delimiter:'tab', columns:['source','-','target']});
const seen: Record<string, number> = {};
await fc.assert(fc.asyncProperty(input, bad, OPT, fc.array(fc.integer({min:1,max:9}),{minLength:1,maxLength:3}), async (text, b, o, sizes) => {
  const bytes = Buffer.from(bytesOf(text)); if (b && bytes.length) bytes[b[0] % bytes.length] = b[1];
  const w = await gather(bytes, o);
  for (const e of w.errors) { const k = e.reason.replace(/"(\\.|[^"\\])*"/g, 'Q').slice(0,60); seen[k] = (seen[k] ?? 0) + 1; }
  seen.rows = (seen.rows ?? 0) + w.rows.length;
  for (const c of [1, sizes]) { const g = await gather(bytes, { ...o, chunk: c }); if (!isDeepStrictEqual(JSON.parse(JSON.stringify(g)), JSON.parse(JSON.stringify(w)))) throw new Error(JSON.stringify([text, o, c, g, w], null, 1)); }
}), { numRuns: 60000 });
console.log(seen);
