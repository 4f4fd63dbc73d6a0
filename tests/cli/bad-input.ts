/**
 * Every kind of bad input that the program names, each as a small run: the files, the command, and exactly
 * what a user then sees. `bad-input.test.ts` runs them all, and so does `scripts/bad-input.mjs`, which prints
 * the table for the release notes. In every one of them standard output stays empty.
 */
import { gzipSync } from 'node:zlib';
import type { Files } from './program.ts';

export interface BadInput {
  name: string;
  files?: Files;
  stdin?: string | Uint8Array;
  args: readonly string[];
  exit: 1 | 2;
  /** All of standard error, without the line end. */
  stderr: string;
}

const table = (...lines: string[]) => `source,target,weight\n${lines.join('\n')}\n`;
/** A table with one bad line among good ones. */
const bad = (line: string): Files => ({ 'data.csv': table('ada,linus,1', line, 'linus,ada,2') });
const events = (...lines: object[]) => lines.map((line) => JSON.stringify(line)).join('\n');
const score = ['score', 'data.csv'] as const;
const zipped = gzipSync(table('ada,linus,1', 'linus,ada,2'));

export const badInput: readonly BadInput[] = [
  {
    name: 'missing file',
    args: ['score', 'nowhere.csv'],
    exit: 1,
    stderr: 'peerage: nowhere.csv: there is no such file; check the path (- is standard input)',
  },
  {
    name: 'a directory',
    files: { 'data.csv/x': '' },
    args: score,
    exit: 1,
    stderr: 'peerage: data.csv: is a directory; expected a file (name the files in it one by one)',
  },
  {
    name: 'binary file',
    files: { 'data.csv': Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 10) },
    args: score,
    exit: 1,
    stderr: 'peerage: data.csv:1: has a NUL byte and looks like a binary file; expected text in UTF-8',
  },
  {
    name: 'truncated gzip',
    files: { 'data.csv.gz': zipped.subarray(0, -4) },
    args: ['score', 'data.csv.gz'],
    exit: 1,
    stderr: 'peerage: data.csv.gz:4: the gzip data ends too early; expected a whole file (is it cut off?)',
  },
  {
    name: 'damaged gzip',
    files: { 'data.csv.gz': damaged(zipped) },
    args: ['score', 'data.csv.gz'],
    exit: 1,
    stderr:
      'peerage: data.csv.gz:1: the gzip data is damaged (incorrect data check); expected a sound gzip file',
  },
  {
    name: 'unclosed quote',
    files: bad('"ada,linus,1'),
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: the quote before "ada,linus,1" is not closed before the end of the file; expected a closing quote',
  },
  {
    name: 'ragged row, too few',
    files: bad('ada'),
    args: score,
    exit: 1,
    stderr: 'peerage: data.csv:3: has 1 field; expected 3 (source, target, weight)',
  },
  {
    name: 'ragged row, too many',
    files: bad('ada,linus,1,2'),
    args: score,
    exit: 1,
    stderr: 'peerage: data.csv:3: has 4 fields; expected 3 (source, target, weight)',
  },
  {
    name: 'missing column',
    files: { 'data.csv': 'from,to\nada,linus\n' },
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:1: source: there is no column "source"; found "from", "to"; say which it is with --map source=NAME, or name the columns of a file without a header with --columns source,target,...',
  },
  {
    name: 'mapped column that is not there',
    files: bad('ada,linus,1'),
    args: [...score, '--map', 'source=from'],
    exit: 1,
    stderr:
      'peerage: data.csv:1: source: there is no column "from"; found "source", "target", "weight"; say which it is with --map source=NAME, or name the columns of a file without a header with --columns source,target,...',
  },
  {
    name: 'empty id',
    files: bad(',linus,1'),
    args: score,
    exit: 1,
    stderr: 'peerage: data.csv:3: source: is empty; expected a text of 1 to 4096 bytes',
  },
  {
    name: 'id of more than 4,096 bytes',
    files: bad(`${'x'.repeat(4097)},linus,1`),
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: source: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... has more than 4096 bytes',
  },
  {
    name: 'weight that is no number',
    files: bad('ada,linus,much'),
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: weight: "much" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
  },
  {
    name: 'weight NaN',
    files: bad('ada,linus,NaN'),
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: weight: "NaN" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
  },
  {
    name: 'weight infinite',
    files: bad('ada,linus,Infinity'),
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: weight: "Infinity" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
  },
  {
    name: 'weight zero',
    files: bad('ada,linus,0'),
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: weight: "0" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
  },
  {
    name: 'weight too large',
    files: bad('ada,linus,1e13'),
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: weight: "1e13" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
  },
  {
    name: 'weight too small',
    files: bad('ada,linus,-1e-10'),
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: weight: "-1e-10" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
  },
  {
    name: 'weight that is no number, in JSON Lines',
    files: { 'data.jsonl': events({ type: 'endorse', source: 'ada', target: 'linus', weight: '1' }) },
    args: ['score', 'data.jsonl'],
    exit: 1,
    stderr: 'peerage: data.jsonl:1: weight: "1" is not a weight; expected a number from 1e-9 to 1e12',
  },
  {
    name: 'unparseable date',
    files: { 'data.csv': 'source,target,at\nada,linus,2024-01-01\nada,linus,2024-02-30\n' },
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: at: "2024-02-30" is not a date; expected ISO 8601 (2026-01-03T12:00:00Z) or epoch milliseconds',
  },
  {
    name: 'missing date where a half-life is set',
    files: { 'data.csv': 'source,target,at\nada,linus,2024-01-01\nlinus,ada,\n' },
    args: [...score, '--half-life', '30'],
    exit: 1,
    stderr: 'peerage: data.csv:3: at: is missing; the policy has a half-life, so every event needs a date',
  },
  {
    name: 'no date at all where a half-life is set',
    files: bad('ada,linus,1'),
    args: [...score, '--half-life', '30'],
    exit: 1,
    stderr: 'peerage: data.csv:2: at: is missing; the policy has a half-life, so every event needs a date',
  },
  {
    name: 'unknown kind when the policy names kinds',
    files: {
      'data.csv': 'source,target,kind\nada,linus,review\nada,linus,revue\n',
      'policy.json': '{"kinds":{"review":{"weight":1}}}',
    },
    args: [...score, '--policy', 'policy.json'],
    exit: 1,
    stderr: 'peerage: data.csv:3: kind: "revue" is not a kind of the policy, which names "review"',
  },
  {
    name: 'invalid UTF-8',
    files: { 'data.csv': Buffer.from('source,target\nada,linus\nJos\xe9,ada\n', 'latin1') },
    args: score,
    exit: 1,
    stderr:
      'peerage: data.csv:3: "Jos�,ada" is not UTF-8; expected UTF-8 (a file in Latin-1 can be converted with iconv -f LATIN1 -t UTF-8)',
  },
  {
    name: 'line of more than 1 MB',
    files: bad('x'.repeat(1_100_000)),
    args: score,
    exit: 1,
    stderr: 'peerage: data.csv:3: has more than 1048576 bytes; expected a line feed before that',
  },
  {
    name: 'retraction of an unknown id',
    files: {
      'data.jsonl': events(
        { type: 'endorse', id: 'e1', source: 'ada', target: 'linus' },
        { type: 'retract', of: 'e2' },
      ),
    },
    args: ['score', 'data.jsonl'],
    exit: 1,
    stderr: 'peerage: data.jsonl:2: of: "e2" is not the id of an endorsement or objection in this record',
  },
  {
    name: 'same id with different content',
    files: { 'data.csv': 'source,target,id\nada,linus,e1\nada,linus,e1\nada,grace,e1\n' },
    args: score,
    exit: 1,
    stderr: 'peerage: data.csv:4: id: "e1" was used before for an event with other content',
  },
  {
    name: 'line that is not JSON',
    files: { 'data.jsonl': '{"type":"endorse","source":"ada","target":"linus"}\n{"type":"endorse",\n' },
    args: ['score', 'data.jsonl'],
    exit: 1,
    stderr:
      'peerage: data.jsonl:2: the JSON ends too early, after "{\\"type\\":\\"endorse\\","; expected one whole event, an object, on each line',
  },
  {
    name: 'unknown type of event',
    files: { 'data.jsonl': events({ type: 'endorsement', source: 'ada', target: 'linus' }) },
    args: ['score', 'data.jsonl'],
    exit: 1,
    stderr:
      'peerage: data.jsonl:1: type: "endorsement" is not a type of event; expected one of endorse, object, grant, retract, revoke, policy, advance, forget',
  },
  {
    name: 'bad credential',
    files: { ...bad('ada,linus,1'), 'credentials.csv': 'target,weight\nada,1\nlinus,-1\n' },
    args: [...score, '--credentials', 'credentials.csv'],
    exit: 1,
    stderr:
      'peerage: credentials.csv:3: weight: "-1" is not a weight; expected a decimal number from 1e-15 to 1e12',
  },
  {
    name: 'on standard input',
    stdin: table('ada,linus,x'),
    args: ['score', '-'],
    exit: 1,
    stderr:
      'peerage: standard input:2: weight: "x" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection',
  },
  {
    name: 'one bad line more than --skip-bad allows',
    files: { 'data.csv': table('ada,linus,x', 'ada,linus,y', 'ada,linus,z') },
    args: [...score, '--skip-bad', '2'],
    exit: 1,
    stderr:
      'peerage: data.csv:4: weight: "z" is not a weight; expected a decimal number from 1e-9 to 1e12, or the same below zero for an objection (after 2 bad lines that were left out)',
  },
  {
    name: 'policy out of its range, in a file',
    files: { ...bad('ada,linus,1'), 'policy.json': '{"damping":1.5}' },
    args: [...score, '--policy', 'policy.json'],
    exit: 1,
    stderr: 'peerage: policy.json: damping: 1.5 is refused; expected a number from 0 to below 1',
  },
  {
    name: 'policy with an unknown field',
    files: { 'policy.json': '{"dampening":0.5}' },
    args: ['policy', '--policy', 'policy.json'],
    exit: 1,
    stderr:
      'peerage: policy.json: dampening: is not a field of a policy; expected damping, balance, cap, objectionWeight, reserve, concavity, halfLife, kinds',
  },
  {
    name: 'policy that is not JSON',
    files: { 'policy.json': '{\n  "damping": 0.5,\n}\n' },
    args: ['policy', '--policy', 'policy.json'],
    exit: 1,
    stderr:
      'peerage: policy.json:3: is not JSON, near "{\\n  \\"damping\\": 0.5,\\n}\\n"; expected a policy as a JSON object',
  },
  {
    name: 'policy file that is missing',
    args: ['policy', '--policy', 'policy.json'],
    exit: 1,
    stderr: 'peerage: policy.json: there is no such file; check the path',
  },
  {
    name: 'unwritable output: no such directory',
    files: bad('ada,linus,1'),
    args: [...score, '--out', 'nowhere/scores.csv'],
    exit: 1,
    stderr: 'peerage: nowhere/scores.csv: cannot be written: its directory does not exist',
  },
  {
    name: 'unwritable output: a directory',
    files: { ...bad('ada,linus,1'), 'scores.csv/x': '' },
    args: [...score, '--out', 'scores.csv'],
    exit: 1,
    stderr: 'peerage: scores.csv: cannot be written: it is a directory; expected a file',
  },
  {
    name: 'output over the input',
    files: bad('ada,linus,1'),
    args: [...score, '--out', './data.csv'],
    exit: 2,
    stderr: 'peerage: --out: "./data.csv" is also read, and would be lost; expected another file',
  },
  {
    name: 'unknown option',
    files: bad('ada,linus,1'),
    args: [...score, '--dampin', '0.5'],
    exit: 2,
    stderr: "peerage: unknown option '--dampin' (Did you mean --damping?)",
  },
  {
    name: 'unknown command',
    args: ['socre', 'data.csv'],
    exit: 2,
    stderr: "peerage: unknown command 'socre' (Did you mean score?)",
  },
  {
    name: 'no FILE',
    args: ['score'],
    exit: 2,
    stderr:
      'peerage: FILE: is missing; expected peerage score FILE... (- is standard input; --kind takes all words after it)',
  },
  {
    name: 'an option without its value',
    args: [...score, '--damping'],
    exit: 2,
    stderr: "peerage: option '--damping <N>' argument missing",
  },
  {
    name: 'policy flag out of its range',
    args: [...score, '--balance', '0'],
    exit: 2,
    stderr:
      'peerage: --balance: 0 is refused; expected a number from 1e-9 to 1 (at 0 nothing ties the scores to the credentials, and they have no fixed point)',
  },
  {
    name: 'policy flag that is no number',
    args: [...score, '--damping', '0.5x'],
    exit: 2,
    stderr: 'peerage: --damping: "0.5x" is not a number; expected a number such as 0.85',
  },
  {
    name: 'unknown preset',
    args: ['policy', '--preset', 'clasic'],
    exit: 2,
    stderr: 'peerage: --preset: "clasic" is unknown; expected classic, guarded or resilient',
  },
  {
    name: '--policy and --preset together',
    args: ['policy', '--preset', 'classic', '--policy', 'policy.json'],
    exit: 2,
    stderr:
      'peerage: --preset: cannot go with --policy; expected one of the two (flags override single fields)',
  },
  {
    name: 'unknown format',
    args: [...score, '--format', 'xml'],
    exit: 2,
    stderr: 'peerage: --format: "xml" is unknown; expected table, json, jsonl or csv',
  },
  {
    name: '--top that is no count',
    args: [...score, '--top', '-1'],
    exit: 2,
    stderr: 'peerage: --top: "-1" is not a count; expected a whole number from 0',
  },
  {
    name: '--until that is no date',
    args: [...score, '--until', 'yesterday'],
    exit: 2,
    stderr:
      'peerage: --until: "yesterday" is neither a date nor a sequence; expected ISO 8601 (2026-01-03T12:00:00Z, or 2026-01-03) or a number of events',
  },
  {
    name: '--columns with an unknown name',
    files: { 'data.csv': 'ada,linus\n' },
    args: [...score, '--columns', 'from,to'],
    exit: 2,
    stderr:
      'peerage: --columns: "from" is not a field; expected source, target, weight, kind, at, id, or - for a column to pass over',
  },
  {
    name: '--map of an unknown field',
    files: bad('ada,linus,1'),
    args: [...score, '--map', 'form=source'],
    exit: 2,
    stderr: 'peerage: --map: "form" is unknown; expected source, target, weight, kind, at, id or issuer',
  },
  {
    name: 'standard input given twice',
    args: ['score', '-', '--credentials', '-'],
    exit: 2,
    stderr: 'peerage: FILE: "-" is given twice; standard input can be read once',
  },
];

/** A checksum that cannot be right: it stands in the last eight bytes. */
function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 8]! ^= 0x10;
  return copy;
}
