/**
 * A ledger by hand, as whoever operates one does it: events go in and come out as they were, each damaged copy is told
 * from a sound one with the entry that is wrong, and what was erased is in nothing that is made later.
 */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverAtHand, openDatabase } from '../../src/ledger/sqlite/driver.ts';
import { builtProgram } from '../built.ts';
import { folderOf, type Run, removeFolders, run } from './program.ts';

const EVENTS = [
  { type: 'grant', target: 'ada', id: 'c1', issuer: 'foundation' },
  { type: 'grant', target: 'mary' },
  { type: 'endorse', source: 'ada', target: 'linus', id: 'e1', weight: 2 },
  { type: 'endorse', source: 'linus', target: 'grace', kind: 'review', at: 1_700_000_000_000 },
  { type: 'object', source: 'grace', target: 'mary' },
  { type: 'retract', of: 'e1' },
];
const LINES = EVENTS.map((event) => `${JSON.stringify(event)}\n`).join('');
const HEAD = /^([0-9a-f]{64}) (\d+) (\S+)\n$/;

let program = '';
let folder = '';
/** Hash of the ledger after its events. */
let hash = '';

const peerage = (...args: string[]): Promise<Run> => run(program, args, { folder });

beforeAll(async () => {
  program = await builtProgram();
  folder = folderOf({ 'events.jsonl': LINES });
  const { exit, stdout, stderr } = await peerage('import', 'sound.ledger', 'events.jsonl');
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  const [, head, sequence, community] = HEAD.exec(stdout)!;
  expect([sequence, community]).toEqual(['6', 'default']);
  hash = head!;
});
afterAll(removeFolders);

/** A copy of the ledger, changed by hand. */
function damaged(name: string, sql: string): string {
  copyFileSync(join(folder, 'sound.ledger'), join(folder, name));
  const database = openDatabase(driverAtHand(), join(folder, name), 1000);
  database.exec(sql);
  database.close();
  return name;
}

describe('a sound ledger', () => {
  it('is as appended, and says where it stands', async () => {
    const { exit, stdout, stderr } = await peerage('verify', 'sound.ledger');
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: `default: 6 entries, ${hash}: as appended\n` });
    // What it can not know is no data.
    expect(stderr).toMatch(/^note: this vouches for .* without --head/);
    expect((await peerage('verify', 'sound.ledger', '--head', hash)).stderr).not.toContain('--head');
    expect((await peerage('head', 'sound.ledger')).stdout).toBe(`${hash} 6 default\n`);
    expect((await peerage('verify', 'sound.ledger', '--head', hash)).exit).toBe(0);
  });

  it('comes out as it went in, and goes into another with the same scores', async () => {
    const { exit, stdout } = await peerage('export', 'sound.ledger');
    expect(exit).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const [at, event] of EVENTS.entries()) expect(events[at]).toMatchObject(event);
    expect(events.length).toBe(EVENTS.length);
    const again = folderOf({ 'events.jsonl': stdout });
    const imported = await run(program, ['import', 'other.ledger', 'events.jsonl'], { folder: again });
    expect(HEAD.exec(imported.stdout)![2]).toBe('6');
    const scores = (file: string) => run(program, ['score', file, '--format', 'csv'], { folder: again });
    copyFileSync(join(folder, 'events.jsonl'), join(again, 'first.jsonl'));
    expect((await scores('events.jsonl')).stdout).toBe((await scores('first.jsonl')).stdout);
  });

  it('is backed up whole, and restored whole or up to a sequence', async () => {
    expect(await peerage('backup', 'sound.ledger', 'copy.backup')).toEqual({
      exit: 0,
      stdout: '',
      stderr: '',
    });
    expect((await peerage('restore', 'copy.backup', 'restored.ledger')).exit).toBe(0);
    expect((await peerage('head', 'restored.ledger')).stdout).toBe(`${hash} 6 default\n`);
    expect((await peerage('restore', 'copy.backup', 'early.ledger', '--until', '3')).exit).toBe(0);
    expect((await peerage('verify', 'early.ledger')).stdout).toMatch(
      /^default: 3 entries, .*: as appended\n/,
    );
    const before = readFileSync(join(folder, 'restored.ledger'));
    const { exit, stderr } = await peerage('restore', 'copy.backup', 'restored.ledger');
    expect(exit).not.toBe(0);
    expect(stderr).toContain('restored.ledger');
    expect(readFileSync(join(folder, 'restored.ledger'))).toEqual(before);
  });
});

describe('a damaged copy', () => {
  it('that has rows and no community is told from one that is empty', async () => {
    const orphaned = damaged('orphaned.ledger', 'DELETE FROM communities');
    const { exit, stdout } = await peerage('verify', orphaned);
    expect(exit).toBe(1);
    expect(stdout).toContain('there are entries of a community 1, which the store does not have');
    const rows = 'DELETE FROM entries; DELETE FROM names; DELETE FROM communities; DELETE FROM snapshots';
    const empty = await peerage('verify', damaged('empty.ledger', `${rows}; DELETE FROM snapshot_parts`));
    expect([empty.exit, empty.stdout]).toEqual([0, '']);
    expect(empty.stderr).toContain('there is no community');
  });

  it.each<[string, string, RegExp]>([
    ['an edited entry', "UPDATE entries SET content = X'0000' WHERE sequence = 3", /entry 3: /],
    ['a changed hash', 'UPDATE entries SET hash = zeroblob(32) WHERE sequence = 4', /entry 4: /],
    ['a lost entry', 'DELETE FROM entries WHERE sequence = 3', /entry 3: /],
    [
      'two that were swapped',
      'UPDATE entries SET sequence = -2 WHERE sequence = 2; UPDATE entries SET sequence = 2 WHERE sequence = 5; UPDATE entries SET sequence = 5 WHERE sequence = -2',
      /entry 2: /,
    ],
    [
      'one that stands twice',
      'INSERT INTO entries SELECT community, 7, hash, content, NULL, NULL FROM entries WHERE sequence = 5',
      /entry 7: /,
    ],
    ['a changed name', "UPDATE names SET name = CAST('eve' AS BLOB) WHERE number = 1", /entry 1: /],
    ['a changed id', "UPDATE entries SET id = CAST('e9' AS BLOB) WHERE sequence = 3", /entry 3: /],
  ])('is told from a sound one: %s', async (name, sql, said) => {
    const { exit, stdout, stderr } = await peerage('verify', damaged(`${name}.ledger`, sql));
    expect(exit).toBe(1);
    expect(stdout.split('\n')[0]).toMatch(said);
    expect(stderr).toContain('not as appended; restore a backup');
  });

  it('whose tail was cut off is found by a hash that was noted', async () => {
    const cut = damaged('cut.ledger', 'DELETE FROM entries WHERE sequence > 4');
    expect((await peerage('verify', cut)).exit).toBe(0);
    const { exit, stdout } = await peerage('verify', cut, '--head', hash);
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^default: entry \d+: /);
  });
});

describe('what was erased', () => {
  it('is in no file that is made later, and the chain still verifies', async () => {
    copyFileSync(join(folder, 'sound.ledger'), join(folder, 'erased.ledger'));
    const forget = folderOf({ 'forget.jsonl': '{"type":"forget","contributor":"grace"}\n' });
    const erased = join(folder, 'erased.ledger');
    const { stdout } = await run(program, ['import', erased, 'forget.jsonl'], { folder: forget });
    expect(HEAD.exec(stdout)![2]).toBe('7');
    expect((await peerage('verify', 'erased.ledger')).exit).toBe(0);
    await peerage('backup', 'erased.ledger', 'erased.backup');
    const exported = (await peerage('export', 'erased.ledger')).stdout;
    expect(exported).not.toContain('grace');
    for (const file of ['erased.ledger', 'erased.backup']) {
      expect(readFileSync(join(folder, file)).includes('grace')).toBe(false);
    }
    expect(readFileSync(join(folder, 'sound.ledger')).includes('grace')).toBe(true);
  });
});

describe('a restore up to a sequence', () => {
  const head = async (file: string) =>
    (await peerage('head', file)).stdout.split('\n').map((line) => line.split(' ').slice(1).join(' '));

  it('cuts the community that is named and leaves the others whole', async () => {
    for (const community of ['red', 'blue']) {
      await peerage('import', 'two.ledger', 'events.jsonl', '--community', community);
    }
    const restore = (...args: string[]) => peerage('restore', 'two.ledger', ...args);
    expect((await restore('cut.two', '--until', '3', '--community', 'blue')).exit).toBe(0);
    expect(await head('cut.two')).toEqual(['3 blue', '6 red', '']);
    for (const [args, exit, said] of [
      [['--until', '3'], 2, /--community: is missing.*"blue", "red"/],
      [['--until', '7', '--community', 'red'], 2, /--until: 7 is beyond the end of "red", which is at 6/],
      [['--until', '3', '--community', 'green'], 1, /"green" is not a community/],
      [['--community', 'red'], 2, /--community: .*until/],
    ] as const) {
      const ended = await restore('none.two', ...args);
      expect([ended.exit, ended.stderr]).toEqual([exit, expect.stringMatching(said)]);
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('none'))).toEqual([]);
  });
});

describe('what is no ledger', () => {
  /** What is said where it is read, and where it is written; null where a ledger may be made. */
  const OTHERS: [string, RegExp, RegExp | null][] = [
    ['missing', /missing: is not there/, null],
    ['empty', /empty: is empty/, null],
    ['text', /text: is not a ledger of Peerage/, /text: is not a ledger of Peerage.* a name that is free/],
    ['folder', /folder: is a directory/, /folder: is a directory/],
    ['other.db', /other\.db: is not a ledger/, /other\.db: is not a ledger.* a name that is free/],
    ['no/such/file', /no\/such\/file: is not there/, /no\/such\/file: .*its directory does not exist/],
  ];

  it.each(OTHERS)(
    '%s is said to be none, and left as it is with nothing beside it',
    async (name, read, write) => {
      const where = folderOf({ empty: '', text: 'not a database', 'folder/file': '', 'events.jsonl': LINES });
      const database = openDatabase(driverAtHand(), join(where, 'other.db'), 1000);
      database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (x)');
      database.close();
      const state = () =>
        readdirSync(where).map((one) => [one, one === 'folder' ? '' : readFileSync(join(where, one), 'hex')]);
      const before = state();
      const readers = [
        'verify L',
        'head L',
        'export L',
        'backup L out',
        'restore L out',
        'keys list L',
        'keys revoke L id',
      ];
      const writers = ['keys create L --scope admin', 'import L events.jsonl', 'serve --port 0 --ledger L'];
      for (const [commands, said] of [
        [readers, read],
        [write === null ? [] : writers, write ?? read],
      ] as const) {
        for (const command of commands) {
          const args = command.split(' ').map((one) => (one === 'L' ? name : one));
          const { exit, stdout, stderr } = await run(program, args, { folder: where });
          expect([command, exit, stdout, stderr]).toEqual([command, 1, '', expect.stringMatching(said)]);
          expect(stderr.trimEnd().split('\n')).toHaveLength(1);
          expect(state()).toEqual(before);
        }
      }
    },
    60_000,
  );

  it('a password is told by no message, wherever in a URL it stands', async () => {
    for (const url of [
      'postgres://u:geheim@127.0.0.1:1/x',
      'postgres://127.0.0.1:1/x?user=u&password=geheim',
      'postgres://u:ge/heim@127.0.0.1:1/x',
      'POSTGRESQL://u:1/geheim@127.0.0.1:1/x',
      'postgres://u:p#geheim@127.0.0.1:1/x?password=geheim',
    ]) {
      for (const args of [
        ['verify', url],
        ['keys', 'list', url],
        ['serve', '--ledger', url],
      ]) {
        const { exit, stdout, stderr } = await peerage(...args);
        expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
        expect(stderr).toMatch(/^peerage: postgres(ql)?:\/\//);
        expect(stderr).not.toMatch(/heim/);
      }
    }
  }, 60_000);
});

describe('misuse', () => {
  it.each<[string[], number, RegExp]>([
    [['verify'], 2, /LEDGER: expected peerage verify LEDGER/],
    [['verify', 'sound.ledger', '--head', 'abc'], 2, /--head.*64 digits/],
    [['verify', 'missing.ledger'], 1, /missing\.ledger/],
    [['verify', ''], 2, /LEDGER: is empty/],
    [['head', 'memory:'], 2, /LEDGER: "memory:" holds nothing/],
    [['backup', 'sound.ledger', 'no/such/file'], 1, /no\/such\/file: .*its directory does not exist/],
    [['restore', 'sound.ledger', 'no/such/file'], 1, /no\/such\/file: .*its directory does not exist/],
    [['restore', 'sound.ledger', 'events.jsonl'], 1, /events\.jsonl: is there already/],
    [['verify', 'events.jsonl'], 1, /events\.jsonl/],
    [['restore', 'copy.backup', 'x.ledger', '--until', 'never'], 2, /--until/],
    [['import', 'sound.ledger', 'missing.jsonl'], 1, /missing\.jsonl/],
    [['head', 'sound.ledger', '--community', 'nobody'], 1, /nobody/],
  ])('%j ends with %d', async (args, exit, said) => {
    const ended = await peerage(...args);
    expect({ exit: ended.exit, stdout: ended.stdout }).toEqual({ exit, stdout: '' });
    expect(ended.stderr).toMatch(said);
    expect(ended.stderr).not.toMatch(/\n {4}at /);
  });

  it('a line of an import that is refused is named, and nothing of its batch is appended', async () => {
    const bad = folderOf({ 'bad.jsonl': `${LINES}{"type":"retract","of":"never"}\n` });
    const { exit, stderr } = await run(program, ['import', 'new.ledger', 'bad.jsonl'], { folder: bad });
    expect(exit).toBe(1);
    expect(stderr).toContain('bad.jsonl:7');
    const { stdout } = await run(program, ['head', 'new.ledger'], { folder: bad });
    expect(stdout).toMatch(/^[0-9a-f]{64} 0 default\n$/);
  });
});
