/**
 * Takes a README apart into its fenced blocks, and turns a block of code into a program that checks what
 * the block says of itself in comments. The lines of a program keep their numbers in the README, so that
 * an error in it points there.
 */
import ts from 'typescript';

/** A fenced block: ```LANGUAGE NAME, of which NAME may be absent. */
export interface Block {
  language: string;
  /** The rest of the opening line: the name of the file that the block shows. */
  name: string;
  /** The line of the README that the first line of `text` is on, from 1. */
  line: number;
  text: string;
  /** The block that follows with nothing but blank lines between. */
  next?: Block;
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  let last: Block | undefined;
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/.exec(lines[at]);
    if (fence === null) {
      if (lines[at].trim() !== '') last = undefined;
      continue;
    }
    const [, indent, mark, language, name] = fence;
    const start = at + 1;
    do at += 1;
    while (at < lines.length && lines[at].trim() !== mark);
    if (at === lines.length) throw new Error(`line ${start}: the block is never closed`);
    const text = lines
      .slice(start, at)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    const block: Block = { language, name, line: start + 1, text: text.join('\n') };
    if (last !== undefined) last.next = block;
    blocks.push(block);
    last = block;
  }
  return blocks;
}

/** Text that a program has and its block has not. */
interface Insertion {
  at: number;
  text: string;
  /** Whether it closes what it stands after, or opens what it stands before. */
  closes: boolean;
}

/**
 * The program of a block: the block itself, with calls of the module `expects` around the statements that
 * say what comes of them.
 */
export function programOf(block: Block, expects: string): string {
  const source = ts.createSourceFile('block.ts', block.text, ts.ScriptTarget.Latest, true);
  const insertions: Insertion[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isSourceFile(node) || ts.isBlock(node)) {
      for (const statement of node.statements) insertions.push(...around(statement, source, block));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const order = insertions.map((one, place) => ({ ...one, place: one.closes ? -1 - place : place }));
  order.sort((a, b) => a.at - b.at || a.place - b.place);
  let text = '';
  let done = 0;
  for (const { at, text: inserted } of order) {
    text += block.text.slice(done, at) + inserted;
    done = at;
  }
  text += block.text.slice(done);
  return `import * as __expects from ${JSON.stringify(expects)};${'\n'.repeat(block.line - 1)}${text}\n`;
}

/** What goes around a statement that says in a comment what it prints, or what its value is. */
function around(statement: ts.Statement, source: ts.SourceFile, block: Block): Insertion[] {
  const [from, to] = [statement.getStart(), statement.getEnd()];
  const line = block.line + source.getLineAndCharacterOfPosition(from).line;
  const rest = block.text.slice(to);
  const beside = /^[ \t]*\/\/ ?(.*)/.exec(rest)?.[1];
  const below = /^[^\n]*\n((?:[ \t]*\/\/ =>.*(?:\n|$))+)/.exec(rest)?.[1] ?? '';
  let expected = [...below.matchAll(/\/\/ => ?(.*)/g)].map((match) => match[1]);
  const prints = /\bconsole\.(log|table)\(/.test(statement.getText());
  if (expected.length === 0 && beside !== undefined && (prints || beside.startsWith('=>'))) {
    expected = [beside.replace(/^=> ?/, '')];
  }
  if (expected.length === 0) return [];
  const given = `${line}, ${JSON.stringify(expected)}`;
  if (prints) {
    return [
      { at: from, text: '__expects.begin();', closes: false },
      { at: to, text: `__expects.printed(${given});`, closes: true },
    ];
  }
  if (ts.isExpressionStatement(statement)) {
    return [
      { at: from, text: `__expects.value(${given}, `, closes: false },
      { at: statement.expression.getEnd(), text: ')', closes: true },
    ];
  }
  if (ts.isVariableStatement(statement)) {
    const name = statement.declarationList.declarations.at(-1)!.name.getText();
    return [{ at: to, text: `__expects.value(${given}, ${name});`, closes: true }];
  }
  throw new Error(`line ${line}: "// =>" stands beside a statement that has no value and prints nothing`);
}
