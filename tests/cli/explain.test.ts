/**
 * `peerage explain` on the built program: a tree for people, the engine's answer as JSON, and misuse that is
 * refused before any file is read.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../built.ts';
import { runWith } from './program.ts';

let program: string;
beforeAll(async () => {
  program = await builtProgram();
}, 180_000);

const FILES = {
  'votes.csv': `source,target,weight,kind,at,id
ada,linus,2,review,2024-01-01,e1
ada,linus,1,review,2025-01-01,
linus,grace,1,thanks,2024-02-01,
grace,ada,3,review,2024-03-01,
mallory,grace,1,,,
grace,linus,-1,,2025-05-01,o1
`,
  'credentials.csv': 'target,weight,issuer\nada,1,board\n',
};
const run = (args: string[], stdin = '') => runWith(program, ['explain', ...args], FILES, stdin);

describe('the tree', () => {
  it('has a line a part, others, objections, the sentences and how exact it is, in 80 columns', async () => {
    const { exit, stdout, stderr } = await run(['linus', 'votes.csv', '--credentials', 'credentials.csv']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toEqual([
      expect.stringMatching(/^trust [\d.]+%, rank 2, [\d.]+x the average, standing 0\.\d\d$/),
      '',
      ' share        mass',
      expect.stringMatching(/^100\.0% +0\.\d+ {2}linus$/),
      expect.stringMatching(/^100\.0% +0\.\d+ {2}├─ ada$/),
      '                    │    review, 2025-01-01',
      '                    │    review, weight 2, 2024-01-01, id e1',
      '  0.0%           0  └─ others',
      '',
      expect.stringMatching(/^ \d\d\.\d% +0\.\d+ {2}taken away by objections$/),
      expect.stringMatching(/^ \d\d\.\d% +0\.\d+ {2}├─ grace {2}2025-05-01, id o1$/),
      '  0.0%           0  └─ others',
      '',
      "All of linus's trust comes from ada, who endorsed linus in 2 reviews between",
      '2024 and 2025. Nothing else adds to it. grace objects to linus (once in 2025),',
      expect.stringMatching(
        /^which takes away \d+% of what arrived and leaves \d+% of all trust, rank 2 of 4\.$/,
      ),
      '',
      expect.stringMatching(
        /^exactness {2}every share is within [\d.e-]+ of exact: the sum of all errors is$/,
      ),
      '           proven to be at most that',
    ]);
  });

  it('shows chains by path, starts by origin, and parts of parts in depth', async () => {
    const path = await run(['grace', 'votes.csv', '--credentials', 'credentials.csv', '--by', 'path']);
    expect(path.stdout).toMatch(/├─ ada -> linus -> grace\n.*└─ all other chains/);
    const origin = await run(['grace', 'votes.csv', '--credentials', 'credentials.csv', '--by', 'origin']);
    expect(origin.stdout).toMatch(/├─ ada {2}from board\n/);
    expect(origin.stdout).toMatch(/traced +what started at one contributor may be more/);
    const deep = await run(['grace', 'votes.csv', '--depth', '2']);
    expect(deep.stdout).toMatch(/├─ linus {2}thanks, 2024-02-01\n.*│ {2}├─ ada\n/);
    const narrow = await run(['grace', 'votes.csv', '--breadth', '1']);
    expect(narrow.stdout).toMatch(/└─ others \(2\)\n/);
  });
});

describe('the JSON', () => {
  it('is the explanation: parts and others add up to the mass', async () => {
    const { exit, stdout } = await run(
      ['linus', '-', '--format', 'json', '--breadth', '1'],
      FILES['votes.csv'],
    );
    expect(exit).toBe(0);
    const told = JSON.parse(stdout);
    expect(Object.keys(told)).toEqual(
      'contributor by sequence trust rank multiple mass voice standing bound parts others error objections otherObjections words'.split(
        ' ',
      ),
    );
    const sum = [...told.parts, told.others].reduce((sum: number, { mass }) => sum + mass, 0);
    expect(Math.abs(sum - told.mass)).toBeLessThanOrEqual(1e-12 * told.mass);
    expect(told.bound).toBeLessThanOrEqual(1e-9);
    const scored = await runWith(program, ['score', 'votes.csv', '--format', 'json'], FILES);
    const score = JSON.parse(scored.stdout).scores.find(
      ({ contributor }: { contributor: string }) => contributor === 'linus',
    );
    expect(Math.abs(told.trust - score.trust)).toBeLessThanOrEqual(2e-9);
  });
});

describe('what is refused', () => {
  it.each<[number, string[], string]>([
    [
      1,
      ['linux', 'votes.csv'],
      'contributor: "linux" is not a contributor of this record; did you mean "linus"?',
    ],
    [1, ['ada', 'missing.csv'], 'missing.csv: '],
    [2, [], 'ID: is missing; expected peerage explain ID FILE...'],
    [2, ['ada'], 'FILE: is missing; expected peerage explain ID FILE...'],
    [
      2,
      ['ada', 'missing.csv', '--by', 'friend'],
      '--by: "friend" is unknown; expected endorser, origin or path',
    ],
    [
      2,
      ['ada', 'missing.csv', '--breadth', '0'],
      '--breadth: 0 is refused; expected a whole number from 1 to 10000',
    ],
    [
      2,
      ['ada', 'missing.csv', '--depth', 'x'],
      '--depth: "x" is not a count; expected a whole number from 0',
    ],
    [
      2,
      ['ada', 'missing.csv', '--by', 'origin', '--depth', '2'],
      '--depth: 2 is refused; expected none by origin',
    ],
    [
      2,
      ['ada', 'missing.csv', '--tolerance', '0'],
      '--tolerance: 0 is refused; expected a share of the score',
    ],
    [2, ['ada', 'missing.csv', '--format', 'svg'], '--format: "svg" is unknown; expected tree or json'],
  ])('ends with %d: %j', async (exit, args, message) => {
    const told = await run(args);
    expect(told).toMatchObject({ exit, stdout: '' });
    expect(told.stderr).toContain(`peerage: ${message}`);
  });

  it('an empty record has nobody to explain', async () => {
    const told = await run(['ada', '-'], 'source,target\n');
    expect(told).toMatchObject({ exit: 1, stdout: '' });
    expect(told.stderr).toContain('"ada" is not a contributor of this record, which has none');
  });
});
