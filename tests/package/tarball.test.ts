/**
 * The package as a user gets it: the tarball, installed in a folder of its own with its declared
 * dependencies and nothing else. What it holds; each door by `import` and by `require`, with a community
 * whose trust is known in closed form; its types under both module resolutions; its program; and the names
 * it publishes against tests/package/surface.json, which is changed by hand: a new export is a decision.
 */
import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { install, type Manifest, manifest, PAGE, promised, ROOT } from '../../scripts/pack.ts';

interface Surface {
  values: string[];
  types: string[];
}
const surface: Record<string, Surface> = JSON.parse(
  readFileSync(join(ROOT, 'tests/package/surface.json'), 'utf8'),
);

// Not a link: what a program sees as its own place must not differ from what is compared with it.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'peerage-tarball-')));
let home = '';
let own: Manifest;
let files: string[] = [];

beforeAll(() => {
  if (inject('unpacked') !== '') throw new Error(inject('unpacked'));
  home = install(inject('tarball'), folder, [
    'fast-check',
    'graphology',
    'graphology-types',
    'better-sqlite3',
    'hono',
    '@hono/zod-openapi',
  ]);
  own = manifest(home);
  files = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(home, file)).isFile())
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
  writeFileSync(join(folder, 'record.csv'), 'source,target\nada,linus\nada,grace\nlinus,ada\ngrace,ada\n');
  writeFileSync(join(folder, 'credentials.csv'), 'target,weight\nada,1\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in the folder, where only the package and its dependencies can be found. */
function run(...args: string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('the tarball', () => {
  it('has these at its top and nothing else', () => {
    expect(readdirSync(home).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'package.json',
    ]);
  });

  it('has every file that package.json promises', () => {
    expect(promised(own).filter((file) => !files.includes(file))).toEqual([]);
  });

  it('has bundles and their types in dist, and the page of a report, no sources, tests or data', () => {
    const built = /^dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts)$/;
    const strange = files.filter((file) => file.startsWith('dist/') && !built.test(file));
    expect(strange).toEqual([PAGE]);
  });

  it('names no place of the machine that built it', () => {
    const places = [ROOT, `${homedir()}/`, 'file:///'];
    const naming = files.filter((file) =>
      places.some((place) => readFileSync(join(home, file), 'utf8').includes(place)),
    );
    expect(naming).toEqual([]);
  });

  it('runs nothing when it is installed, and has nothing of which npm would warn that it might', () => {
    const scripts = Object.keys(own.scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name));
    expect(scripts).toEqual([]);
  });
});

/** Where ada alone holds a credential and the three endorse as in record.csv, mass is solved by hand. */
const ADA = 0.15 / (1 - 0.85 * 0.85);
const KNOWN = { ada: ADA, grace: (1 - ADA) / 2, linus: (1 - ADA) / 2 };

/** What to do with each door; every one ends with `scores`. */
const USES: Record<string, string> = {
  '.': `const engine = new door.TrustEngine({ tolerance: 1e-9 });
    engine.apply({ type: 'grant', target: 'ada' });
    engine.apply([['ada', 'linus'], ['ada', 'grace'], ['linus', 'ada'], ['grace', 'ada']]
      .map(([source, target]) => ({ type: 'endorse', source, target })));
    const scores = engine.scores();`,
  './batch': `const { scores } = await door.scoreDataset('record.csv', { credentials: 'credentials.csv' });`,
  './graphology': `const { DirectedGraph } = await import('graphology');
    const graph = new DirectedGraph();
    for (const node of ['ada', 'linus', 'grace']) graph.addNode(node, { badge: node === 'ada' ? 1 : 0 });
    for (const [a, b] of [['ada', 'linus'], ['ada', 'grace'], ['linus', 'ada'], ['grace', 'ada']]) graph.addEdge(a, b);
    const scores = door.fromGraphology(graph, { credentials: 'badge', tolerance: 1e-9 }).scores();`,
  './ledger': `const { TrustEngine } = await import('peerage');
    const store = await door.openStore(process.argv[1] + '.ledger');
    const ledger = await store.ledger('a');
    const engine = await TrustEngine.open(ledger);
    await engine.append({ type: 'grant', target: 'ada' });
    await engine.append([['ada', 'linus'], ['ada', 'grace'], ['linus', 'ada'], ['grace', 'ada']]
      .map(([source, target]) => ({ type: 'endorse', source, target })));
    await engine.save();
    const scores = (await TrustEngine.open(ledger, { tolerance: 1e-9 })).scores();
    await store.close();`,
  './testing': `const { presets } = await import('peerage');
    const said = [['ada', 'linus'], ['ada', 'grace'], ['linus', 'ada'], ['grace', 'ada']];
    const events = said.map(([source, target]) => ({ type: 'endorse', source, target }));
    const shares = door.canonical([{ type: 'grant', target: 'ada' }, ...events], presets.classic);
    if (!door.checkInvariants(door.canonical, { only: ['undo'], runs: 5 }).ok) throw new Error('not ours');
    const scores = Object.assign(Array.from(shares, ([contributor, trust]) => ({ contributor, trust })),
      { bound: shares.bound });`,
  './server': `const { openStore } = await import('peerage/ledger');
    const server = await door.createServer({ store: await openStore('memory:'), tolerance: 1e-9,
      allowInProcess: true });
    const ask = async (method, path, body) => (await server.fetch(new Request('http://localhost/v1/communities/circle' + path,
      { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }))).json();
    await ask('PUT', '');
    await ask('POST', '/events', [{ type: 'grant', target: 'ada' }, ...[['ada', 'linus'], ['ada', 'grace'], ['linus', 'ada'],
      ['grace', 'ada']].map(([source, target]) => ({ type: 'endorse', source, target }))]);
    const told = await ask('GET', '/scores?at-least-sequence=5');
    const scores = Object.assign(told.scores, { bound: told.bound });
    await server.close();
    const { TrustEngine } = await import('peerage');
    const engine = new TrustEngine();
    engine.apply({ type: 'endorse', source: 'ada', target: 'linus' });
    const threads = new door.SettlingThreads({ most: 1 });
    const apart = await engine.scoresBy(threads);
    await threads.end();
    if (Math.abs(apart.of('linus').trust - engine.canonical().of('linus').trust) > 1e-6) throw new Error('not ours');`,
};

const doors = Object.keys(manifest().exports).filter((door) => door !== './package.json');

it('has a committed list of names and a use here for each door', () => {
  expect(Object.keys(surface)).toEqual(doors);
  expect(Object.keys(USES)).toEqual(doors);
});

describe.each(doors)('door %s', (door) => {
  const name = door.replace('.', 'peerage');
  const use = `${USES[door]}
    console.log(JSON.stringify({ names: Object.keys(door), bound: scores.bound,
      trust: Object.fromEntries([...scores].map((score) => [score.contributor, score.trust])) }));`;

  it.each([
    ['import', 'mjs', `import * as door from '${name}';\n${use}`],
    ['require', 'cjs', `const door = require('${name}');\n(async () => {${use}})();`],
  ])('scores a community when it is loaded by %s', (_, extension, program) => {
    const file = `${door.replace(/\W/g, '')}door.${extension}`;
    writeFileSync(join(folder, file), program);
    const { names, bound, trust } = JSON.parse(run(file));
    expect(names.filter((one: string) => one !== 'default').sort()).toEqual(surface[door].values);
    expect(bound).toBeLessThanOrEqual(1e-9);
    expect(Object.keys(trust).sort()).toEqual(Object.keys(KNOWN));
    let distance = 0;
    for (const [id, share] of Object.entries(KNOWN)) distance += Math.abs(trust[id] - share);
    // The sums of this comparison round too.
    expect(distance).toBeLessThanOrEqual(bound + 1e-15);
  });

  it('declares the types of the committed list', () => {
    const declared = join(home, (own.exports[door] as Record<string, Record<string, string>>).import.types);
    const program = ts.createProgram([declared], { types: [], target: ts.ScriptTarget.ES2022 });
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(program.getSourceFile(declared)!)!;
    const names = checker.getExportsOfModule(module).map((symbol) => symbol.name);
    expect(names.sort()).toEqual([...surface[door].values, ...surface[door].types].sort());
  });
});

it.each([
  ['import', 'mjs', `import { PeerageError } from 'peerage'; import { scoreDataset } from 'peerage/batch';`],
  [
    'require',
    'cjs',
    `const { PeerageError } = require('peerage'); const { scoreDataset } = require('peerage/batch');`,
  ],
])('an error of one door is known by the class of another, by %s', (_, extension, imports) => {
  const file = `one-class.${extension}`;
  const said = 'console.log(error.code, error instanceof PeerageError)';
  writeFileSync(
    join(folder, file),
    `${imports}\nscoreDataset('no-such-file.csv').catch((error) => ${said});`,
  );
  expect(run(file).trim()).toBe('no-file true');
});

describe('without fast-check', () => {
  const bare = realpathSync(mkdtempSync(join(tmpdir(), 'peerage-bare-')));
  beforeAll(() => void install(inject('tarball'), bare));
  afterAll(() => rmSync(bare, { recursive: true, force: true }));

  it.each([
    ['import', 'mjs', `import('peerage/testing').catch(tell);`],
    ['require', 'cjs', `try { require('peerage/testing'); } catch (error) { tell(error); }`],
  ])('the door of tests says what to install, by %s, and the others open', (_, extension, program) => {
    const open = `import('peerage').then(({ TrustEngine }) => new TrustEngine());\n`;
    const tell = 'function tell({ code, message }) { console.log(code, message); }\n';
    writeFileSync(join(bare, `bare.${extension}`), open + tell + program);
    const said = execFileSync(process.execPath, [`bare.${extension}`], { cwd: bare, encoding: 'utf8' });
    expect(said.trim()).toMatch(
      /^missing-package fast-check: cannot be loaded \(.*\); npm install --save-dev fast-check@4$/,
    );
  });
});

/** What a host writes; the last lines must be refused, or the types say nothing. */
const HOST = `
import { type Event, type EventInput, PeerageError, type Policy, type PolicyInput, parsePolicy, presets, type Score, TrustEngine } from 'peerage';
import { scoreDataset } from 'peerage/batch';
import { type Report, type Scorer, checkInvariants, ledger } from 'peerage/testing';
const mine: Scorer = (events, policy) => new Map([['ada', events.length + policy.damping]]);
const report: Report = checkInvariants(mine, { runs: 1, policies: [{ damping: 0.5 }] });
const drawn = ledger({ objections: false, policy: presets.classic }).map((events) => events.length);
const policy: PolicyInput = { damping: 0.5, kinds: { review: { weight: 2 } } };
const effective: Policy = parsePolicy(policy);
const engine = new TrustEngine({ policy: presets.guarded, tolerance: 1e-6, notAfter: new Date(0) });
const events: EventInput[] = [{ type: 'endorse', source: 'ada', target: 'linus', kind: 'review' }, { type: 'revoke', of: 'c1' }];
const sequence: number = engine.apply(events) + engine.order + engine.size + engine.endorsements;
const scores = engine.scores();
const best: Score | undefined = scores.of('ada') ?? scores.top(1)[0];
for (const { contributor, trust, rank } of scores) console.log(contributor.length + trust + rank + effective.damping + report.failed.length);
export { drawn };
export async function job(stream: AsyncIterable<Uint8Array>): Promise<number> {
  try {
    const { bound, held, skipped } = await scoreDataset({ name: 'x', stream }, { policy, until: '2026-01-01', skipBad: 1 });
    return bound + held.gini + (skipped[0]?.line ?? sequence) + (best?.multiple ?? 0);
  } catch (error) {
    if (error instanceof PeerageError) return error.code.length;
    throw error;
  }
}
export type Seen = Event['type'];
declare const console: { log(value: number): void };
// @ts-expect-error no such field
parsePolicy satisfies string; new TrustEngine({ policy: { dumping: 0.5 } });
// @ts-expect-error scores are read, never written
best!.trust = 1;
`;

it.each([
  ['node16, in a module', 'host.mts', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
  ['node16, in CommonJS', 'host.cts', ts.ModuleKind.Node16, ts.ModuleResolutionKind.Node16],
  ['bundler', 'host.ts', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
])('types serve a strict host under moduleResolution %s', (_, file, module, moduleResolution) => {
  writeFileSync(join(folder, file), HOST);
  const program = ts.createProgram([join(folder, file)], {
    module,
    moduleResolution,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    // The host has no types of Node, and checks the declarations it was given too.
    types: [],
    skipLibCheck: false,
  });
  const told = ts.getPreEmitDiagnostics(program);
  expect(
    ts.formatDiagnostics(told, {
      getCurrentDirectory: () => folder,
      getNewLine: () => '\n',
      getCanonicalFileName: (name) => name,
    }),
  ).toBe('');
});

describe('the program', () => {
  // As npm links it: a program must know itself by another name too.
  const program = join('node_modules', 'peerage-link');
  beforeAll(() => symlinkSync(join(home, own.bin.peerage), join(folder, program)));

  it('can be started by its name', () => {
    expect(readFileSync(join(home, own.bin.peerage), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('tells its version', () => {
    expect(run(program, '--version').trim()).toBe(own.version);
  });

  it('scores a file', () => {
    const args = ['score', 'record.csv', '--credentials', 'credentials.csv', '--format', 'json'];
    const { scores, bound } = JSON.parse(run(program, ...args));
    expect(scores.map((score: { contributor: string }) => score.contributor)).toEqual([
      'ada',
      'grace',
      'linus',
    ]);
    expect(Math.abs(scores[0].trust - ADA)).toBeLessThanOrEqual(bound + 1e-15);
  });
});
