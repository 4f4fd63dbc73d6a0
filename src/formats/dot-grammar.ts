/**
 * The statements of a Graphviz file, one at a time. Edges come out with their attributes; graphs, subgraphs,
 * nodes and ports are understood and dropped. What cannot be said of single edges (edges between groups) is
 * refused rather than guessed. Throws STARVED where the window ends in the middle of a statement; the caller
 * comes back to its start, and nothing has been changed by then.
 */
import { type ErrorPlace, PeerageError, quote } from '../error.ts';
import { type Token, Tokens } from './dot-tokens.ts';

export type Attribute = readonly [name: Token, value: Token];

/** An edge or a chain of them; attributes that edges have by default; or anything that is neither. */
export interface Statement {
  what: 'edge' | 'defaults' | 'other';
  nodes: readonly Token[];
  attributes: readonly Attribute[];
}

const OTHER: Statement = { what: 'other', nodes: [], attributes: [] };

export class Grammar {
  readonly tokens = new Tokens();
  /** How many braces are open. */
  depth = 0;
  directed = true;

  /** The statement at the place of the tokens. Throws PeerageError `bad-line` for what is not understood. */
  next(): Statement {
    const token = this.tokens.next();
    if (this.depth === 0) this.#openGraph(token);
    else if (token.mark === '{') this.depth += 1;
    else if (token.mark === '}') this.#close();
    else if (token.mark !== ';') {
      this.#id(token, 'an id, an attribute statement or "}"');
      const word = this.#keyword(token);
      if (word === 'subgraph') this.#openSubgraph();
      else if (word === 'node' || word === 'graph') this.#attributes();
      else if (word === 'edge') return { what: 'defaults', nodes: [], attributes: this.#attributes() };
      else return this.#nodeOrEdge(token);
    }
    return OTHER;
  }

  /** `[strict] (graph | digraph) [ID] {` */
  #openGraph(first: Token): void {
    const { tokens } = this;
    const token = this.#keyword(first) === 'strict' ? tokens.next() : first;
    const word = this.#keyword(token);
    if (word !== 'graph' && word !== 'digraph') refuse(tokens, token, 'graph or digraph');
    if (tokens.peek().kind === 'id') tokens.next();
    const brace = tokens.next();
    if (brace.mark !== '{') refuse(tokens, brace, '"{"');
    this.directed = word === 'digraph';
    this.depth = 1;
  }

  #openSubgraph(): void {
    const { tokens } = this;
    if (tokens.peek().kind === 'id') tokens.next();
    const brace = tokens.next();
    if (brace.mark !== '{') refuse(tokens, brace, '"{"');
    this.depth += 1;
  }

  #close(): void {
    const following = this.depth > 1 ? this.tokens.peek() : undefined;
    if (following !== undefined && isArrow(following)) refuseGroup(following);
    this.depth -= 1;
  }

  /** `a`, `a = b`, `a [..]` or `a -> b -> c [..]` */
  #nodeOrEdge(first: Token): Statement {
    const { tokens } = this;
    this.#passPorts();
    if (tokens.peek().mark === '=') {
      tokens.next();
      this.#id(tokens.next(), 'a value');
      return OTHER;
    }
    const nodes = [first];
    while (isArrow(tokens.peek())) {
      const arrow = tokens.next();
      if (arrow.mark !== (this.directed ? '->' : '--')) {
        refuse(tokens, arrow, this.directed ? '"->", as in a digraph' : '"--", as in a graph');
      }
      const node = tokens.next();
      if (node.mark === '{' || this.#keyword(node) === 'subgraph') refuseGroup(node);
      nodes.push(this.#id(node, 'the id of a node'));
      this.#passPorts();
    }
    const attributes = this.#attributes();
    return nodes.length === 1 ? OTHER : { what: 'edge', nodes, attributes };
  }

  /** The parts of `a:port:n` after the id. */
  #passPorts(): void {
    const { tokens } = this;
    while (tokens.peek().mark === ':') {
      tokens.next();
      this.#id(tokens.next(), 'a port');
    }
  }

  /** `[a=b, c=d][e=f]` */
  #attributes(): Attribute[] {
    const { tokens } = this;
    const attributes: Attribute[] = [];
    while (tokens.peek().mark === '[') {
      tokens.next();
      for (let token = tokens.next(); token.mark !== ']'; token = tokens.next()) {
        if (token.mark === ',' || token.mark === ';') continue;
        this.#id(token, 'the name of an attribute or "]"');
        const equals = tokens.next();
        if (equals.mark !== '=') refuse(tokens, equals, '"=" and a value');
        attributes.push([token, this.#id(tokens.next(), 'a value')]);
      }
    }
    return attributes;
  }

  #id(token: Token, expected: string): Token {
    if (token.kind !== 'id') refuse(this.tokens, token, expected);
    return token;
  }

  /** A word that means something where it is not quoted, in lower case. */
  #keyword(token: Token): string {
    const short = token.kind === 'id' && !token.quoted && token.to - token.from <= 'subgraph'.length;
    return short ? this.tokens.text(token).toLowerCase() : '';
  }
}

function isArrow({ mark }: Token): boolean {
  return mark === '->' || mark === '--';
}

function refuse(tokens: Tokens, token: Token, expected: string): never {
  const place: ErrorPlace = { line: token.line };
  if (token.kind === 'end') {
    throw new PeerageError('bad-line', `the file ends here; expected ${expected} (is it cut off?)`, place);
  }
  const value = tokens.text(token);
  throw new PeerageError('bad-line', `${quote(value)} is not understood here; expected ${expected}`, {
    ...place,
    value,
  });
}

function refuseGroup({ line }: Token): never {
  throw new PeerageError(
    'bad-line',
    'an edge to or from a group of nodes { }; expected an edge for each node',
    {
      line,
    },
  );
}
