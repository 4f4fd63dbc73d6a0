/**
 * Draws docs/peers.svg from bench/peers.json, as `npm run bench -- peers --write` left it: what solving and
 * the whole way from a text file to shares take by Peerage and by other packages, one bar each, on a
 * logarithmic scale. Writes the section of the README between its two marks: the picture, and the same
 * figures as a table. The same figures give
 * the same bytes.
 *
 *     npx tsx scripts/picture-peers.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { GroupMark, Mark, Spec } from 'vega';
import { parse, View } from 'vega';
import type { Figures } from '../bench/peers-report.ts';
import { FIGURES } from '../bench/results.ts';
import { digits, table } from '../bench/table.ts';
import { CONFIG, FAINT, heading, INK, label, panel, remark } from './drawing.ts';

const place = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const PICTURE = place('docs/peers.svg');
const README = place('README.md');
const MARKS = ['<!-- peers -->', '<!-- /peers -->'] as const;

type Graph = Figures['graphs'][number];
type Row = Graph['rows'][number];

/** The graphs that are shown, largest first, where they were measured. */
const SHOWN = ['rmat-20', 'rmat-16'];
const OURS = { solve: '#0072b2', whole: '#9ecae9' };
const THEIRS = { solve: '#6e7781', whole: '#d0d7de' };

/** The error that the picture's title promises of everyone. */
const TOLERANCE = 1e-9;

const WIDTH = 860;
const NAMES = 150;
const VALUES = 56;
const BAR = 11;
const ROW = 32;
const TOP = 84;

function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? `${milliseconds.toPrecision(milliseconds < 100 ? 2 : 3)} ms`
    : `${digits(milliseconds / 1000)} s`;
}

const count = (value: number) => value.toLocaleString('en-US');

/** One graph: two bars a package, the quickest solver first. */
function bars({ name, order, size, rows }: Graph, x: number, width: number): GroupMark {
  const sorted = rows.toSorted((a, b) => a.solve - b.solve);
  const plot = { x: x + NAMES, y: TOP, width: width - NAMES - VALUES, height: ROW * sorted.length };
  const times = rows.flatMap(({ solve, whole }) => [solve, whole]);
  const low = 10 ** Math.floor(Math.log10(Math.min(...times)) - 0.3);
  const high = Math.max(...times) * 1.15;
  const across = (time: number) => (plot.width * Math.log(time / low)) / Math.log(high / low);
  const powers = Array.from({ length: Math.ceil(Math.log10(high / low)) }, (_, k) => low * 10 ** k);

  const bar = (time: number, y: number, colour: string): Mark[] => [
    {
      type: 'rect',
      encode: {
        enter: {
          x: { value: 0 },
          y: { value: y },
          width: { value: across(time) },
          height: { value: BAR },
          fill: { value: colour },
        },
      },
    },
    label(duration(time), across(time) + 4, y + BAR - 1.5, { fontSize: { value: 10 } }),
  ];
  return {
    ...panel(plot),
    scales: [{ name: 'time', type: 'log', domain: [low, high], range: [0, plot.width] }],
    axes: [
      {
        scale: 'time',
        orient: 'bottom',
        values: powers,
        grid: true,
        encode: {
          labels: {
            update: {
              text: { signal: "datum.value < 1000 ? datum.value + ' ms' : datum.value / 1000 + ' s'" },
            },
          },
        },
      },
    ],
    marks: [
      label(`${name}: ${count(order)} contributors, ${count(size)} endorsements`, 16 - NAMES, -16, {
        fontWeight: { value: 'bold' },
      }),
      ...sorted.flatMap((row, k): Mark[] => {
        const colours = row.ours ? OURS : THEIRS;
        const y = ROW * k + (ROW - 2 * BAR) / 2;
        return [
          label(row.name, -8, y + BAR + 4, {
            align: { value: 'right' },
            ...(row.ours
              ? { fill: { value: OURS.solve }, fontWeight: { value: 'bold' } }
              : { fill: { value: INK } }),
          }),
          ...bar(row.solve, y, colours.solve),
          ...bar(row.whole, y + BAR, colours.whole),
        ];
      }),
    ],
  };
}

function legend(colours: typeof OURS, x: number): Mark[] {
  const box = (dx: number, colour: string): Mark => ({
    type: 'rect',
    encode: {
      enter: {
        x: { value: x + dx },
        y: { value: 35 },
        width: { value: 12 },
        height: { value: BAR },
        fill: { value: colour },
      },
    },
  });
  return [box(0, colours.solve), box(14, colours.whole)];
}

function picture(graphs: readonly Graph[]): Spec {
  const width = WIDTH / graphs.length;
  const rows = Math.max(...graphs.map((graph) => graph.rows.length));
  return {
    description:
      'Time to solve, and from a text file to shares, by Peerage and other packages: bars on a logarithmic scale.',
    width: WIDTH,
    height: TOP + ROW * rows + 34,
    background: 'white',
    autosize: 'none',
    config: CONFIG,
    marks: [
      label('PageRank of the same file, error below 1e-9', 16, 22, heading),
      ...legend(OURS, 16),
      ...legend(THEIRS, 48),
      label(
        'dark: solving a graph in memory; light: from the text file to shares; shorter is faster',
        82,
        43,
        {
          ...remark,
          fill: { value: FAINT },
        },
      ),
      ...graphs.map((graph, k) => bars(graph, k * width, width)),
    ],
  };
}

/** The section of the README: what was measured, the picture, and a row a package and graph. */
function section(taken: string, graphs: readonly Graph[]): string {
  const head = ['graph', 'package', 'solving', 'from the text file', 'peak memory', 'L1 error'];
  const cells = ({ name, version, ours, solve, whole, peak, error }: Row) => [
    ours ? `**${name}** ${version}` : `${name} ${version}`,
    duration(solve),
    duration(whole),
    `${digits(peak / 1e6)} MB`,
    error.toExponential(0),
  ];
  const rows = graphs.flatMap((graph) =>
    graph.rows.toSorted((a, b) => a.solve - b.solve).map((row) => [graph.name, ...cells(row)]),
  );
  const about = graphs.map(
    ({ name, order, size, runs }) =>
      `- ${name}: ${count(order)} contributors, ${count(size)} endorsements, ${runs === 1 ? 'one run' : `median of ${runs} runs`}`,
  );
  return [
    '## Beside other packages',
    '',
    'The same text file, damping 0.85, an error below 1e-9; ours certifies it, and the last column is the error of',
    "everyone's shares as code of the bench found it. All figures, and how they were taken, are in",
    '[bench/results.md](bench/results.md). (Made by `npm run bench -- peers --write` and `npx tsx',
    'scripts/picture-peers.ts`.)',
    '',
    '![Bars: time to solve, and from a text file to shares, by Peerage and other packages.](docs/peers.svg)',
    '',
    ...about,
    taken,
    '',
    table([head, ...rows]),
  ].join('\n');
}

const { taken, graphs }: Figures = JSON.parse(readFileSync(FIGURES, 'utf8'));
const shown = SHOWN.flatMap((name) => graphs.filter((graph) => graph.name === name));
const loose = shown.flatMap((graph) => graph.rows).find((row) => !(row.error < TOLERANCE));
if (loose !== undefined)
  throw new Error(`${loose.name} has an error of ${loose.error}: not the same precision`);
const svg = await new View(parse(picture(shown)), { renderer: 'none' }).toSVG();
writeFileSync(PICTURE, `${svg}\n`);

const readme = readFileSync(README, 'utf8');
const [start, end] = MARKS.map((mark) => readme.indexOf(mark));
if (start === -1 || end < start) throw new Error(`README.md has no ${MARKS.join(' and ')}`);
writeFileSync(
  README,
  `${readme.slice(0, start + MARKS[0].length)}\n\n${section(taken, shown)}\n\n${readme.slice(end)}`,
);
