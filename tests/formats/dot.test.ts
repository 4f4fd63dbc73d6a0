/** Graphviz files: which of their statements are endorsements, and what their attributes say. */
import { describe, expect, it } from 'vitest';
import { gather, line, rowsOf } from './gathered.ts';

const kind = (name: string) => ({ map: { kind: name } });
const fatalOf = async (...given: Parameters<typeof gather>) => (await gather(...given)).fatal;

describe('a Graphviz file', () => {
  it('has an endorsement for every edge, and none for a node', async () => {
    const text = `strict digraph "the list" {
      rankdir=LR; graph [label="x -> y"] node [shape=box]; edge [color=red]
      alone; also [level=Master];
      a -> b [level=Master, weight=2.5, at="2020-01-01", id=e1];
      "b c" -> a:port:n [weight=-1]
      c -> d -> "e"[level="Journeyer"; color=blue][weight=3]; f:w -> f
    }`;
    const { rows, notes, errors } = await gather(text, kind('level'));
    expect(errors).toEqual([]);
    expect(rows).toEqual([
      line('a', 'b', { kind: 'Master', weight: 2.5, at: Date.UTC(2020, 0), id: 'e1' }),
      line('b c', 'a', { weight: -1 }),
      line('c', 'd', { kind: 'Journeyer', weight: 3 }),
      line('d', 'e', { kind: 'Journeyer', weight: 3 }),
      line('f', 'f'),
    ]);
    expect(notes).toEqual(['attributes not used: "color"']);
  });

  it('is known by its first words, whatever comments stand before', async () => {
    for (const head of [
      'digraph{',
      'DiGraph x {',
      'strict digraph\n{',
      'digraph "a {\\" b"{',
      '// x\n# y\n/* graph *z\n**/ digraph -1.5 {',
      '\ufeff\n digraph {',
    ]) {
      expect(await rowsOf(`${head} a->b }`)).toEqual([line('a', 'b')]);
    }
    expect(await fatalOf('digraph,source\n')).toContain('there is no column "target"');
    expect(await rowsOf('# digraph {\ngraphs {\n')).toEqual([line('graphs', '{')]);
  });

  it('is read both ways where it is undirected, or on demand', async () => {
    const both = [line('a', 'b', { id: 'x' }), line('b', 'a'), line('c', 'c')];
    expect(await rowsOf('graph { a--b [id=x] c -- c }')).toEqual(both);
    expect(await rowsOf('digraph { a->b [id=x] c -> c }', { undirected: true })).toEqual(both);
  });

  it('may have subgraphs around its edges', async () => {
    const text =
      'digraph { subgraph cluster_1 { a -> b; { rank=same; c; d } } subgraph { c -> d } { d -> e } ; e -> f }';
    expect((await rowsOf(text)).map(({ source, target }) => source + target)).toEqual([
      'ab',
      'cd',
      'de',
      'ef',
    ]);
  });

  it('may be several graphs, or none', async () => {
    expect(
      await rowsOf('digraph { a -> b }\n// another\ngraph {}\ndigraph { c -> d };'.replace(';', '')),
    ).toEqual([line('a', 'b'), line('c', 'd')]);
    expect(await rowsOf('graph {}')).toEqual([]);
  });

  it('has ids with escapes, of any text, and numbers', async () => {
    const text = String.raw`digraph { "a\"b" -> "c\\"; "d\n" -> "e\
f"; -1.5 -> 1e-5; 007 -> .5; Ünï -> __proto__; "digraph" -> "->"; "/*" -> "//"; 2->3->4 }`;
    expect((await rowsOf(text)).map(({ source, target }) => [source, target])).toEqual([
      ['a"b', 'c\\\\'],
      ['d\\n', 'ef'],
      ['-1.5', '1e-5'],
      ['007', '.5'],
      ['Ünï', '__proto__'],
      ['digraph', '->'],
      ['/*', '//'],
      ['2', '3'],
      ['3', '4'],
    ]);
  });

  it('has the kind of an edge in the attribute of that name, unless told otherwise', async () => {
    expect(await rowsOf('digraph { a -> b [kind=x, level=y]; b -> c [kind=""] }')).toEqual([
      line('a', 'b', { kind: 'x' }),
      line('b', 'c'),
    ]);
    expect(
      await rowsOf('digraph { a -> b [x=5] }', { map: { weight: 'x', at: 'x', kind: 'x', id: 'x' } }),
    ).toEqual([line('a', 'b', { weight: 5, at: 5, kind: '5', id: '5' })]);
  });

  it('has attributes that are not used noted, once', async () => {
    const { notes } = await gather('digraph { a -> b [level=x, style=y]; b -> c [level=z] }');
    expect(notes).toEqual([
      'attributes not used: "level", "style"; --map kind=level would make that one the kind',
    ]);
  });

  it('must have the attributes that the map names', async () => {
    expect(await fatalOf('digraph {\n a -> b [level=x, style=y]\n}', kind('levl'))).toBe(
      'data:3: kind: no edge has an attribute "levl"; found "level", "style"',
    );
    expect(await fatalOf('digraph { a -> b }', kind('level'))).toBe(
      'data:1: kind: no edge has an attribute "level"; found none',
    );
    expect(await fatalOf('digraph { a }', kind('level'))).toBeUndefined();
  });

  it('has the fault of an edge reported with the line its statement starts on', async () => {
    const text = `digraph {
      a -> b [weight=0];
      /* two
      lines */ a ->
        "" ; b -> c [at=soon] c -> d [id=x, weight=2]
      d -> e -> f [id=y]
      e -> f
    }`;
    const { rows, bad } = await gather(text);
    expect(rows).toEqual([line('c', 'd', { id: 'x', weight: 2 }), line('e', 'f')]);
    expect(bad).toEqual([
      'data:2: weight: "0" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
      'data:4: target: is empty; expected a text of 1 to 4096 bytes',
      'data:5: at: "soon" is not a date; expected ISO 8601 (2026-01-03T12:00:00Z) or epoch milliseconds',
      'data:6: id: is given to 2 edges at once; expected it on one edge',
    ]);
  });

  it('has its lines counted within quotes too', async () => {
    const text = 'digraph { "a\\\nb" -> "c\n\nd"; b -> "x\\\\\ny"\n -> "" }';
    const { rows, bad } = await gather(text);
    expect(rows).toEqual([line('ab', 'c\n\nd')]);
    expect(bad).toEqual(['data:4: target: is empty; expected a text of 1 to 4096 bytes']);
    expect((await gather(text.replace('-> ""', '; ='))).fatal).toMatch(/^data:6: "=" is not understood here/);
  });

  it('may not be UTF-8 in an edge', async () => {
    const bytes = Buffer.from('digraph { // caf\u00e9\n a -> caf\u00e9; b -> c }', 'latin1');
    const { rows, bad } = await gather(bytes);
    expect(rows).toEqual([line('b', 'c')]);
    expect(bad).toEqual(['data:2: "a -> caf\ufffd" is not UTF-8; expected UTF-8']);
  });

  it.each([
    [
      'digraph {\n a -> {b c} }',
      'data:2: an edge to or from a group of nodes { }; expected an edge for each node',
    ],
    [
      'digraph {\n {a b} -> c }',
      'data:2: an edge to or from a group of nodes { }; expected an edge for each node',
    ],
    [
      'digraph {\n a -> subgraph x {b} }',
      'data:2: an edge to or from a group of nodes { }; expected an edge for each node',
    ],
    [
      'digraph {\n edge [weight=2]\n a -> b }',
      'data:2: weight: "weight" is a default for several edges; expected it on each edge',
    ],
    ['digraph {\n a -- b }', 'data:2: "--" is not understood here; expected "->", as in a digraph'],
    ['graph {\n a -> b }', 'data:2: "->" is not understood here; expected "--", as in a graph'],
    ['digraph {\n a -> b [level] }', 'data:2: "]" is not understood here; expected "=" and a value'],
    ['digraph {\n a -> b [level=] }', 'data:2: "]" is not understood here; expected a value'],
    ['digraph {\n a -> }', 'data:2: "}" is not understood here; expected the id of a node'],
    [
      'digraph {\n <b>x</b> -> a }',
      'data:2: "<" is not understood here; expected an id, an attribute statement or "}"',
    ],
    [
      'digraph {\n "a" + "b" -> c }',
      'data:2: "+" is not understood here; expected an id, an attribute statement or "}"',
    ],
    ['digraph { a -> b }\n}', 'data:2: "}" is not understood here; expected graph or digraph'],
    ['digraph { a -> b;\n', 'data:2: the file ends before the graph does; expected "}" (is it cut off?)'],
    ['digraph { a -> b;\n c -> ', 'data:2: the file ends here; expected the id of a node (is it cut off?)'],
    [
      'digraph { a -> b;\n"c -> d; }',
      'data:2: the quote before "c -> d; }" is not closed before the end of the file; expected a closing quote',
    ],
    [
      'digraph { a -> b; /* c\n }',
      'data:1: the comment that opens here is not closed before the end of the file; expected */',
    ],
    [
      'digraph { a -> b; c -> d\0 }',
      'data:1: has a NUL byte and looks like a binary file; expected text in UTF-8',
    ],
  ])('is refused as a whole: %j', async (text, message) => {
    expect(await fatalOf(text)).toBe(message);
  });

  it('holds no credentials', async () => {
    expect(await fatalOf('digraph {}', { credentials: true })).toBe(
      'data:1: is a Graphviz file; expected credentials as a table or as JSON Lines',
    );
  });
});
