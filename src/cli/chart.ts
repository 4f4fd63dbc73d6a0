/**
 * The dial as a picture: an SVG of two panels over the balance, shares on the left, numbers of contributors on
 * the right, on a scale by powers. Lines differ by dashes and marks as well as colour, and are named where
 * they end. One picture is of one damping and cap; others are drawn in panels below.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import type { Dial, DialPoint } from '../insight/dial.ts';

interface Series {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
  readonly of: (point: DialPoint) => number | null;
}

const SHARES: readonly Series[] = [
  { name: 'survives the ten strongest', colour: '#0b5394', dash: '', of: ({ survive10 }) => survive10 },
  {
    name: 'order as today',
    colour: '#6a6a6a',
    dash: '6 3',
    of: ({ agreement }) => (agreement === null ? null : Math.max(0, agreement)),
  },
  { name: 'held by the top 1%', colour: '#a64d00', dash: '2 3', of: ({ top1 }) => top1 },
];
const COUNTS: readonly Series[] = [
  { name: 'waist (W50)', colour: '#0b5394', dash: '', of: ({ waist50 }) => waist50 },
  { name: 'of peers', colour: '#38761d', dash: '6 3', of: ({ peers50 }) => peers50 },
  {
    name: 'exposure',
    colour: '#a61c00',
    dash: '2 3',
    of: ({ exposure }) => (exposure > 0 ? exposure : null),
  },
];

const [WIDTH, HEIGHT, PLOT] = [860, 300, 230];
const MARGIN = { left: 44, top: 40, bottom: 44 };

/** The whole picture. */
export function chart({ points }: Dial): string {
  const settings = new Map<string, DialPoint[]>();
  for (const point of points) {
    const key = `damping ${point.damping}, ${point.cap === null ? 'no cap' : `cap ${point.cap}`}`;
    settings.set(key, [...(settings.get(key) ?? []), point]);
  }
  const rows = [...settings].map(([title, run], at) => {
    const sorted = run.toSorted((a, b) => a.balance - b.balance);
    const counts = sorted.flatMap((point) =>
      COUNTS.map(({ of }) => of(point) ?? 1).filter((count) => count > 0),
    );
    const shares = scaleLinear([0, 1], [HEIGHT - MARGIN.bottom, MARGIN.top]);
    const numbers = scaleLog(
      [Math.min(1, ...counts), Math.max(10, ...counts)],
      [HEIGHT - MARGIN.bottom, MARGIN.top],
    ).nice();
    const left = panel(
      sorted,
      SHARES,
      shares,
      shares.ticks(5),
      (tick) => `${Math.round(tick * 100)}%`,
      'shares',
    );
    const powers = numbers.ticks().filter((tick) => /^(10*|0\.0*1)$/.test(String(tick)));
    const right = panel(
      sorted,
      COUNTS,
      numbers,
      powers,
      (tick) => tick.toLocaleString('en-US'),
      'contributors; exposure in mass per flow',
    );
    return `<g transform="translate(0 ${at * HEIGHT})"><text x="${MARGIN.left}" y="16" font-weight="bold">${escaped(title)}</text>${left}<g transform="translate(${WIDTH / 2} 0)">${right}</g></g>`;
  });
  const height = HEIGHT * rows.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11" role="img" aria-label="The dial: what each balance does">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${rows.join('\n')}
</svg>
`;
}

type Scale = (value: number) => number;

function panel(
  points: readonly DialPoint[],
  series: readonly Series[],
  y: Scale,
  ticks: readonly number[],
  label: (tick: number) => string,
  title: string,
): string {
  const x = scaleLinear([0, 1], [MARGIN.left, MARGIN.left + PLOT]);
  const parts = [`<text x="${MARGIN.left}" y="${MARGIN.top - 8}" fill="#444">${escaped(title)}</text>`];
  for (const tick of ticks) {
    parts.push(
      `<path d="M${MARGIN.left} ${fixed(y(tick))}h${PLOT}" stroke="#ddd"/>`,
      `<text x="${MARGIN.left - 5}" y="${fixed(y(tick) + 4)}" text-anchor="end">${label(tick)}</text>`,
    );
  }
  for (const tick of x.ticks(5)) {
    parts.push(
      `<text x="${fixed(x(tick))}" y="${HEIGHT - MARGIN.bottom + 15}" text-anchor="middle">${tick}</text>`,
    );
  }
  parts.push(`<text x="${MARGIN.left + PLOT / 2}" y="${HEIGHT - 10}" text-anchor="middle">balance</text>`);
  const ends: { at: number; text: string; colour: string }[] = [];
  for (const { name, colour, dash, of } of series) {
    const known = points.filter((point) => of(point) !== null);
    const height = (point: DialPoint) => y(of(point)!);
    const path = line<DialPoint>(({ balance }) => x(balance), height)([...known]);
    if (path === null) continue;
    parts.push(
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.8"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`,
    );
    for (const point of known) {
      parts.push(
        `<circle cx="${fixed(x(point.balance))}" cy="${fixed(height(point))}" r="2.4" fill="${colour}"><title>${escaped(`${name}, balance ${point.balance}: ${Number(of(point)!.toPrecision(3))}`)}</title></circle>`,
      );
    }
    ends.push({ at: height(known.at(-1)!), text: name, colour });
  }
  // Names that would lie over each other move apart.
  ends.sort((a, b) => a.at - b.at);
  let above = Number.NEGATIVE_INFINITY;
  for (const { at, text, colour } of ends) {
    above = Math.max(at + 4, above + 13);
    parts.push(
      `<text x="${MARGIN.left + PLOT + 8}" y="${fixed(above)}" fill="${colour}">${escaped(text)}</text>`,
    );
  }
  return parts.join('');
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
