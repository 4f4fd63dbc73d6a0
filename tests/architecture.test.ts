/**
 * Holds the table of rooms and checks the source against it: what each room may import, of src and of
 * outside; no cycle; no clock and no chance below the doors; in the kernels only arithmetic whose result
 * is the same on every JavaScript engine. ARCHITECTURE.md prints the same table, and is compared with it.
 * The witness for imports is dependency-cruiser, for what is said inside a file TypeScript's own parser.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cruise, type IDependency } from 'dependency-cruiser';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

interface Room {
  /** Rooms of src that it may import; every one of them stands above it in the table. */
  rooms: string[];
  /** What it may import of outside; `node:*` is anything of Node's. */
  packages: string[];
  does: string;
}

/** From the inside out. A room is src/NAME.ts or the folder src/NAME. */
const TABLE: Record<string, Room> = {
  error: { rooms: [], packages: [], does: 'what was wrong, where, and what was expected' },
  event: { rooms: ['error'], packages: [], does: 'one change of the record: parsed, defaulted, refused' },
  policy: { rooms: ['error'], packages: ['zod'], does: 'the declared parameters of the equations; presets' },
  snapshot: {
    rooms: ['error'],
    packages: [],
    does: 'named arrays in one buffer, versioned and checksummed, and out of it again',
  },
  graph: {
    rooms: ['error', 'snapshot'],
    packages: [],
    does: 'ids to dense indices; frozen columns for sweeps, rows with slack for a graph that moves',
  },
  record: {
    rooms: ['error', 'event', 'policy', 'snapshot', 'graph'],
    packages: [],
    does: 'what is live, in columns; weighed by a policy into a graph',
  },
  solver: {
    rooms: ['error', 'snapshot', 'graph'],
    packages: [],
    does: 'the equations, the bound; two solvers: sweep and settle; kernels in TypeScript and WebAssembly',
  },
  ranking: {
    rooms: [],
    packages: [],
    does: 'rows in the order of what they have, and which places are proven',
  },
  scores: {
    rooms: ['error', 'policy', 'graph', 'solver', 'ranking'],
    packages: [],
    does: 'the immutable view that is published',
  },
  insight: {
    rooms: ['error', 'policy', 'graph', 'solver', 'scores'],
    packages: ['fastest-levenshtein'],
    does: 'why a score is what it is, where trust flows, what would change it',
  },
  settler: {
    rooms: ['graph', 'solver', 'ranking', 'scores'],
    packages: ['node:*'],
    does: 'what an engine hands to somebody else to be settled, and threads that do it',
  },
  view: { rooms: ['graph', 'solver', 'ranking'], packages: [], does: 'trust as one contributor sees it' },
  living: {
    rooms: ['snapshot', 'graph', 'record', 'solver', 'scores', 'settler', 'insight', 'view'],
    packages: [],
    does: "a record's weights, graph and solver, moved along with every event",
  },
  movement: { rooms: ['error', 'ranking', 'scores'], packages: [], does: 'who moved between two views' },
  'what-if': {
    rooms: ['error', 'event', 'policy', 'graph', 'record', 'solver', 'ranking', 'insight', 'living'],
    packages: [],
    does: 'a change that is tried and not taken, and who would move',
  },
  ledger: {
    rooms: ['error', 'event', 'snapshot'],
    packages: ['node:*', 'better-sqlite3', 'kysely', 'pg'],
    does: 'door "./ledger": the append-only, chained record of communities, in memory, a file or Postgres',
  },
  journal: {
    rooms: ['error', 'event', 'ledger'],
    packages: [],
    does: 'an engine on a ledger: tried, written together, then taken; snapshots beside it',
  },
  engine: {
    rooms:
      'error event policy snapshot graph record living movement solver scores settler insight view what-if ledger journal'.split(
        ' ',
      ),
    packages: [],
    does: 'the one mutable object of a host; wires the rooms, holds no mathematics',
  },
  lab: {
    rooms: ['error', 'event', 'policy', 'graph', 'record', 'solver', 'insight'],
    packages: [],
    does: 'attacks on a community, carried out on paper and measured beside what is proven possible',
  },
  formats: {
    rooms: ['error', 'event', 'snapshot', 'graph', 'scores', 'insight'],
    packages: ['node:*', 'graphology-types', 'graphology', 'graphology-communities-louvain'],
    does: 'readers of exported data and of graphology graphs, writers of scores',
  },
  batch: {
    rooms: 'error event policy graph record solver scores insight lab engine formats'.split(' '),
    packages: ['node:*'],
    does: 'door "./batch": files to scores',
  },
  http: {
    rooms: 'error event policy scores settler insight what-if ledger engine'.split(' '),
    packages: [
      ...'node:* hono @hono/node-server @hono/zod-openapi pino prom-client standardwebhooks'.split(' '),
    ],
    does: 'routes, what guards them, what is told of changes, and the document that says so; a page for people',
  },
  server: {
    rooms: ['error', 'settler', 'http'],
    packages: [],
    does: 'door "./server": trust over HTTP as a handler of requests',
  },
  index: {
    rooms: 'error event policy scores settler insight movement view what-if ledger engine'.split(' '),
    packages: [],
    does: 'door ".": the public list, nothing else',
  },
  graphology: {
    rooms: ['error', 'event', 'scores', 'engine', 'formats'],
    packages: ['graphology-types'],
    does: 'door "./graphology": engines from graphs, live graphs followed, scores as attributes',
  },
  testing: {
    rooms: ['error', 'event', 'policy', 'engine', 'lab'],
    packages: ['node:*', 'fast-check'],
    does: 'door "./testing": what trust must satisfy, asked of any scorer; attacks; random ledgers and communities',
  },
  cli: {
    rooms: 'error event policy scores insight lab ledger engine formats batch http testing server'.split(' '),
    packages: [
      ...'node:* cli-progress cli-table3 commander d3-scale d3-shape graphology'.split(' '),
      ...'graphology-layout-forceatlas2 graphology-metrics picocolors package.json'.split(' '),
    ],
    does: 'the program: options, progress, tables, charts, reports; the service and its keys',
  },
};

/**
 * Rooms that face the host, where a clock may be read to say how long something took, or how long it may wait: in
 * `testing`, a scorer that is asked.
 */
const RIM = ['batch', 'http', 'cli', 'testing'];
/** Rooms whose results must be the same bits on every machine. */
const KERNELS = 'snapshot graph record solver scores living movement view what-if engine'.split(' ');
/** What is drawn below the doors all the same, and why no score can show it. */
const UNSEEN: Record<string, string> = {
  'src/graph/interner.ts: crypto.getRandomValues':
    'salts a hash against crafted ids; indices follow the order of the ids',
  'src/settler/worker.ts: performance.now': 'says how long a thread rests between steps, which find the same',
};
/** Members of Math that are exact, or rounded as IEEE 754 says; pow, exp, log and the rest may vary. */
const EXACT = 'abs ceil clz32 floor fround imul max min round sign sqrt trunc'.split(' ');

const root = fileURLToPath(new URL('..', import.meta.url));
const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file}`)
  .sort();
const text = (file: string) => readFileSync(root + file, 'utf8');
const roomOf = (file: string) => /^src\/([^/]+?)(?:\.ts$|\/)/.exec(file)?.[1] ?? file;
const inRooms = (rooms: string[]) => files.filter((file) => rooms.includes(roomOf(file)));

describe('the table', () => {
  it('is in order: a room imports only rooms above it', () => {
    const rooms = Object.keys(TABLE);
    const outward = rooms.flatMap((room, place) =>
      TABLE[room].rooms
        .filter((other) => !rooms.slice(0, place).includes(other))
        .map((other) => `${room} -> ${other}`),
    );
    expect(outward).toEqual([]);
  });

  it('has every room of src, and no other', () => {
    expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(TABLE).sort());
  });

  it('is the one that ARCHITECTURE.md prints', () => {
    const lines = readFileSync(`${root}ARCHITECTURE.md`, 'utf8').split('\n');
    const head = lines.findIndex((line) =>
      /^\|\s*room\s*\|\s*may import\s*\|\s*what it does\s*\|$/.test(line),
    );
    expect(head, 'the line "| room | may import | what it does |"').toBeGreaterThanOrEqual(0);
    const end = lines.findIndex((line, place) => place > head && !line.startsWith('|'));
    const printed = lines.slice(head + 2, end < 0 ? undefined : end);
    expect(printed).toEqual(Object.entries(TABLE).map(row));
  });
});

/** A row of the table as it is printed: packages after the rooms. */
function row([name, { rooms, packages, does }]: [string, Room]): string {
  const may = [...rooms, ...packages].map((one) => `\`${one}\``).join(', ') || 'nothing';
  return `| \`${name}\` | ${may} | ${does} |`;
}

type Edge = IDependency & { source: string };

describe('imports', () => {
  let read: string[] = [];
  let edges: Edge[] = [];
  const told = (found: Edge[]) => found.map((edge) => `${edge.source} -> ${edge.resolved}`);
  beforeAll(async () => {
    const { output } = await cruise([`${root}src`], {
      baseDir: root,
      doNotFollow: { path: 'node_modules' },
      // An import of a type only is an import too.
      tsPreCompilationDeps: true,
      ruleSet: { forbidden: [{ name: 'cycle', severity: 'error', from: {}, to: { circular: true } }] },
      validate: true,
    });
    if (typeof output === 'string') throw new Error(output);
    const modules = output.modules.filter(({ source }) => source.startsWith('src/'));
    read = modules.map(({ source }) => source).sort();
    edges = modules.flatMap(({ source, dependencies }) => dependencies.map((edge) => ({ ...edge, source })));
  });

  it('are read from every file of src', () => {
    expect(read).toEqual(files);
  });

  it('name something that is there', () => {
    expect(told(edges.filter((edge) => edge.couldNotResolve))).toEqual([]);
  });

  it('point inward only', () => {
    const outward = edges.filter(({ source, resolved }) => {
      if (!resolved.startsWith('src/')) return false;
      const [from, to] = [roomOf(source), roomOf(resolved)];
      return from !== to && !TABLE[from]?.rooms.includes(to);
    });
    expect(told(outward)).toEqual([]);
  });

  it('go round in no circle, inside a room either', () => {
    expect(told(edges.filter((edge) => edge.circular))).toEqual([]);
  });

  it('take from outside only the packages of the room, all of them declared', () => {
    const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(text('package.json'));
    const declared = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
    const strange = edges.filter(({ source, module, resolved, dependencyTypes, couldNotResolve }) => {
      if (resolved.startsWith('src/') || couldNotResolve) return false;
      const allowed = TABLE[roomOf(source)]?.packages ?? [];
      if (resolved === 'package.json') return !allowed.includes(resolved);
      if (dependencyTypes.includes('core')) return !allowed.includes('node:*');
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module;
      return !allowed.includes(name) || !declared.includes(name);
    });
    expect(told(strange)).toEqual([]);
  });
});

describe('a file', () => {
  it('begins with a header', () => {
    expect(files.filter((file) => header(file) === '')).toEqual([]);
  });

  it('of more than 300 lines says in its header why', () => {
    const long = files.filter((file) => text(file).trimEnd().split('\n').length > 300);
    expect(long.filter((file) => !/\blines\b/.test(header(file)))).toEqual([]);
  });

  it('has a place that is named for what it holds', () => {
    const vague = /(^|\/)(utils?|helpers?|common|core|types)(\/|\.ts$)/;
    expect(files.filter((file) => vague.test(file))).toEqual([]);
  });

  it('never says the word that means opposite things in neighbouring projects', () => {
    expect(files.filter((file) => /alpha/i.test(text(file).replace(/alphanumeric/gi, '')))).toEqual([]);
  });

  it('below the doors reads no clock and draws no chance', () => {
    const below = inRooms(Object.keys(TABLE).filter((room) => !RIM.includes(room)));
    const found = below.flatMap((file) => find(file, text(file), unrepeatable));
    const unseen = found.filter(({ file, said }) => Object.hasOwn(UNSEEN, `${file}: ${said}`));
    expect(found.filter((one) => !unseen.includes(one))).toEqual([]);
    expect(unseen.map(({ file, said }) => `${file}: ${said}`)).toEqual(Object.keys(UNSEEN));
  });

  it('of a kernel uses no arithmetic that varies with the JavaScript engine', () => {
    expect(inRooms(KERNELS).flatMap((file) => find(file, text(file), inexact))).toEqual([]);
  });

  it.each([
    ...['Date.now()', 'new Date()', 'new Date', 'Date()', 'Math.random()', 'performance.now()'],
    ...[
      'globalThis.performance.now()',
      'crypto.randomUUID()',
      'process.hrtime.bigint()',
      'const { now } = Date',
    ],
  ])('that says %s is seen', (said) => {
    expect(find('a file', said, unrepeatable)).not.toEqual([]);
  });

  it.each(['Math.pow(x, 2)', 'Math.log(x)', 'x ** 2', 'x **= 2', 'const { exp } = Math', "Math['hypot'](x)"])(
    'of a kernel that says %s is seen',
    (said) => {
      expect(find('a file', said, inexact)).not.toEqual([]);
    },
  );

  it.each(['new Date(0)', 'Date.UTC(2026)', 'Math.sqrt(x) * Math.max(x, y)', 'x instanceof Date'])(
    'may say %s',
    (said) => {
      expect([...find('a file', said, unrepeatable), ...find('a file', said, inexact)]).toEqual([]);
    },
  );
});

/** The comment that a file begins with, after the line that makes it a program. */
function header(file: string): string {
  return /^(?:#!.*\n)?\/\*\*[\s\S]*?\*\//.exec(text(file))?.[0] ?? '';
}

/** A clock or chance: what two runs would not agree on. */
function unrepeatable(node: ts.Node): boolean {
  if (!ts.isIdentifier(node) || ts.isTypeNode(node.parent)) return false;
  const { parent } = node;
  const member =
    ts.isPropertyAccessExpression(parent) && parent.expression === node ? parent.name.text : undefined;
  if (node.text === 'Math') return member === 'random';
  if (node.text === 'process') return member === 'hrtime' || member === 'uptime';
  if (node.text === 'performance' || node.text === 'crypto') return true;
  if (node.text !== 'Date') return false;
  // `new Date(milliseconds)` and the functions of Date other than now read no clock.
  if (member !== undefined) return member === 'now';
  if (ts.isNewExpression(parent)) return !parent.arguments?.length;
  return !ts.isBinaryExpression(parent);
}

/** Arithmetic that the language leaves to its implementer. */
function inexact(node: ts.Node): boolean {
  if (ts.isIdentifier(node) && node.text === 'Math') {
    // Math handed on whole, or taken apart, would hide what is used of it.
    return !ts.isPropertyAccessExpression(node.parent) || !EXACT.includes(node.parent.name.text);
  }
  return (
    node.kind === ts.SyntaxKind.AsteriskAsteriskToken ||
    node.kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken
  );
}

/** Where in a file something is said: the guilty node, with the member that is taken of it. */
function find(file: string, content: string, guilty: (node: ts.Node) => boolean) {
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
  const found: { file: string; line: number; said: string }[] = [];
  const visit = (node: ts.Node) => {
    if (guilty(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ file, line: line + 1, said: node.parent.getText().slice(0, 80) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
