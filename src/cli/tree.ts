/**
 * An explanation as a tree: what each part is of the whole and how much, in columns on the left; who, with
 * what was said, as branches on the right; then what objections cost, the sentences, and how exact it is.
 * Parts and others add up to the first line. Ids are made safe to show, and cut where they are very long.
 */
import type {
  ExplainedPart,
  ExplainedRest,
  ExplainedStatement,
  Explanation,
} from '../insight/explain/explanation.ts';
import { printable } from './output.ts';
import { exactness, type Look, wrap } from './summary.ts';
import { multiple } from './table.ts';

/** Statements that are shown of a part, and characters of an id. */
const STATEMENTS = 3;
const LONGEST = 64;
const OTHERS = {
  endorser: 'others',
  origin: 'others, smaller or not traced',
  path: 'all other chains',
} as const;

type Shape = Required<Look> & { width: number; tolerance: number };

/** All that is printed, in pieces that end with a line end. */
export function* renderTree(explanation: Explanation, shape: Shape): Generator<string> {
  const { contributor, by, mass, voice, parts, others, objections, otherObjections } = explanation;
  const { colour, width, tolerance } = shape;
  const rows = new Rows(shape);
  rows.add(1, mass, '', [colour.bold(name(contributor))]);
  branches(rows, parts, others, OTHERS[by], '');
  if (objections.length > 0) {
    rows.blank();
    const cost = mass - voice;
    const share = (part: number) => (mass > 0 ? part / mass : 0);
    rows.add(share(cost), cost, '', [colour.bold('taken away by objections')]);
    for (const { from, ...objection } of objections) {
      rows.add(objection.share, objection.mass, '├─ ', label(name(from), objection.statements, shape), '│  ');
    }
    const { count, mass: left } = otherObjections;
    rows.add(share(left), left, '└─ ', [`others${count > 0 ? ` (${count})` : ''}`]);
  }
  yield `${heading(explanation, shape)}\n\n`;
  yield* rows.lines();
  yield `\n${wrap(explanation.words.map(printable).join(' '), width).join('\n')}\n\n`;
  const remarks: [string, string][] = [['exactness', exactness({ bound: explanation.bound, tolerance })]];
  if (by !== 'endorser') remarks.unshift(['traced', traced(explanation)]);
  for (const [title, text] of remarks) {
    const lines = wrap(text, Math.max(30, width - INDENT));
    yield `${colour.bold(title.padEnd(INDENT))}${lines.join(`\n${' '.repeat(INDENT)}`)}\n`;
  }
}

/** What the search for starts and chains leaves open. */
function traced({ by, error, mass }: Explanation): string {
  const most = mass > 0 ? `${Number(((100 * error) / mass).toPrecision(2))}%` : '0%';
  return by === 'origin'
    ? `what started at one contributor may be more than is shown, by at most ${most} of the mass`
    : `of the chains within --depth that pass nobody twice, none left out brings more than ${most} of the mass`;
}

const INDENT = 11;

function heading({ trust, rank, multiple: times, standing }: Explanation, { colour }: Shape): string {
  const figures = [
    `trust ${trust > 0 ? (100 * trust).toPrecision(3) : 0}%`,
    `rank ${rank.toLocaleString('en-US')}`,
    `${multiple(times)} the average`,
    `standing ${standing.toFixed(2)}`,
  ];
  return colour.dim(figures.join(', '));
}

function branches(
  rows: Rows,
  parts: readonly ExplainedPart[],
  others: ExplainedRest,
  rest: string,
  trunk: string,
): void {
  // What is left is always told of the whole, of a part where there is something left.
  const left = trunk === '' || others.count > 0 || others.mass !== 0;
  parts.forEach((part, place) => {
    const more = left || place < parts.length - 1;
    const below = `${trunk}${more ? '│  ' : '   '}`;
    rows.add(
      part.share,
      part.mass,
      `${trunk}${more ? '├─ ' : '└─ '}`,
      who(part, rows.shape, trunk.length),
      below,
    );
    if (part.parts !== undefined) branches(rows, part.parts, part.others!, rest, below);
  });
  if (!left) return;
  const count = others.count > 0 ? ` (${others.count.toLocaleString('en-US')})` : '';
  rows.add(others.share, others.mass, `${trunk}└─ `, [`${rest}${count}`]);
}

/** Who a part comes from, and beneath it what was said, in lines. */
function who(part: ExplainedPart, shape: Shape, trunk: number): string[] {
  const { statements = [] } = part;
  if (part.why === 'equal') return ['start that every contributor has: no credential is in force'];
  if (part.why === 'earned') return ['earned restart'];
  if (part.why === 'path') {
    const steps = part.path!.map((id, at) => (at === 0 ? name(id) : `-> ${name(id)}`));
    if (steps.length === 1) return [`${steps[0]} (own restart)`];
    return stacked(steps, Math.max(20, shape.width - Rows.left - trunk - 3));
  }
  if (part.why === 'credential') return label('credential', statements, shape);
  return label(name(part.from!), statements, shape);
}

/** A name with its statement beside it, or several beneath it. */
function label(text: string, statements: readonly ExplainedStatement[], { colour }: Shape): string[] {
  const said = statements.map(saying);
  if (said.length <= 1) return [said[0] ? `${text}  ${colour.dim(said[0])}` : text];
  const shown = said.slice(-STATEMENTS).reverse();
  const count = statements.reduce((sum, { count = 1 }) => sum + count, 0) - shown.length;
  const lines = shown.map((each) => `  ${colour.dim(each || 'without a date')}`);
  if (count > 0) lines.push(`  ${colour.dim(`and ${count.toLocaleString('en-US')} more`)}`);
  return [text, ...lines];
}

function saying({ kind, weight, at, id, issuer, count }: ExplainedStatement): string {
  const words: string[] = [];
  if (issuer === undefined && kind !== 'endorsement') words.push(printable(kind));
  if (issuer) words.push(`from ${name(issuer)}`);
  if (weight !== 1) words.push(`weight ${Number(weight.toPrecision(4))}`);
  if (at !== null) words.push(at.slice(0, at.indexOf('T')));
  if (id !== null) words.push(`id ${name(id)}`);
  if (count !== undefined) words.push(`${count} times`);
  return words.join(', ');
}

function name(id: string): string {
  const text = printable(id);
  const marks = text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
  return /^\s|\s$/.test(marks) ? `"${marks}"` : marks;
}

/** Steps of a chain in lines of at most `width`. */
function stacked(steps: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const step of steps) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + step.length <= width)
      lines[lines.length - 1] = `${last} ${step}`;
    else lines.push(last === undefined ? step : `  ${step}`);
  }
  return lines;
}

function figure(mass: number): string {
  return String(Number(mass.toPrecision(4)));
}

function percent(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1%';
  return `${Math.abs(share * 100).toFixed(1)}%`;
}

/** Lines of a tree behind two columns of numbers. */
class Rows {
  /** Columns that the numbers take. */
  static readonly left = 20;
  readonly #lines: string[] = [];

  constructor(readonly shape: Shape) {
    this.#lines.push(shape.colour.dim(`${'share'.padStart(6)}  ${'mass'.padStart(10)}`));
  }

  add(share: number, mass: number, branch: string, [text, ...more]: string[], trunk = ''): void {
    const numbers = `${percent(share).padStart(6)}  ${figure(mass).padStart(10)}`;
    this.#lines.push(`${numbers}  ${branch}${text}`);
    for (const line of more) this.#lines.push(`${' '.repeat(Rows.left)}${trunk}${line}`);
  }

  blank(): void {
    this.#lines.push('');
  }

  *lines(): Generator<string> {
    for (const line of this.#lines) yield `${line}\n`;
  }
}
