/**
 * Draws docs/debian-keyring.svg, the picture of the README, from the shipped community: on the left what
 * contributors of each rank hold, one dot each; on the right how concentrated trust is under each preset,
 * beside the credentials themselves. The same data give the same bytes.
 *
 *     npx tsx scripts/picture.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { GroupMark, Mark, Spec } from 'vega';
import { parse, View } from 'vega';
import { scoreDataset } from '../src/batch.ts';
import { held } from '../src/insight/held.ts';
import { presets } from '../src/policy.ts';
import type { Scores } from '../src/scores.ts';
import { CONFIG, FAINT, heading, label, line, panel, remark } from './drawing.ts';

const place = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const CERTIFICATIONS = place('datasets/debian-keyring/certifications.csv');
const CREDENTIALS = place('datasets/debian-keyring/credentials.csv');
const PICTURE = place('docs/debian-keyring.svg');

const RANKS = [
  { issuer: 'debian-developers', title: 'developers', colour: '#0072b2', base: 114 },
  { issuer: 'debian-non-uploading', title: 'non-uploading', colour: '#009e73', base: 162 },
  { issuer: 'debian-maintainers', title: 'maintainers', colour: '#d55e00', base: 266 },
] as const;
const LINES = {
  credentials: { title: 'credentials granted', colour: FAINT, dash: [2, 2] },
  guarded: { title: 'guarded', colour: '#009e73', dash: [] },
  classic: { title: 'classic', colour: '#0072b2', dash: [] },
  resilient: { title: 'resilient', colour: '#d55e00', dash: [5, 3] },
};

const LEFT = { x: 118, y: 52, width: 410, height: 284 };
const RIGHT = { x: 590, y: 52, width: 250, height: 284 };
/** Multiples of the average at the two ends of the left axis. */
const ENDS = [0.04, 16] as const;
/** Width of a bin and height of a dot, in pixels. */
const DOT = 3.5;

interface Credential {
  weight: number;
  issuer: string;
}

function readCredentials(): Map<string, Credential> {
  const [, ...lines] = readFileSync(CREDENTIALS, 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [target, weight, issuer] = line.split(',') as [string, string, string];
      return [target, { weight: Number(weight), issuer }];
    }),
  );
}

/** Pixels from the left end of the axis, which is logarithmic. */
function across(multiple: number): number {
  return (LEFT.width * Math.log(multiple / ENDS[0])) / Math.log(ENDS[1] / ENDS[0]);
}

/** Dots piled up in narrow bins from a base line: a path of points, drawn by its round caps. */
function piles(multiples: readonly number[], base: number): string {
  const heights = new Map<number, number>();
  let path = '';
  for (const multiple of multiples) {
    const bin = Math.floor(across(multiple) / DOT);
    const height = heights.get(bin) ?? 0;
    heights.set(bin, height + 1);
    path += `M${((bin + 0.5) * DOT).toFixed(1)},${(base - (height + 0.5) * DOT).toFixed(1)}h0`;
  }
  return path;
}

/** What each rank holds: dots, base line, and where the median is. */
function rankMarks(scores: Scores, credentials: Map<string, Credential>): Mark[] {
  return RANKS.flatMap(({ issuer, title, colour, base }) => {
    const own = [...scores].filter(({ contributor }) => credentials.get(contributor)?.issuer === issuer);
    const multiples = own.map(({ multiple }) => multiple);
    const weight = credentials.get(own[0]!.contributor)!.weight;
    const median = multiples[multiples.length >> 1]!;
    const right = { align: { value: 'right' } };
    return [
      line(0, base, LEFT.width, base, { stroke: { value: '#d0d7de' } }),
      {
        type: 'path',
        encode: {
          enter: {
            path: { value: piles(multiples, base) },
            stroke: { value: colour },
            strokeWidth: { value: DOT - 0.5 },
            strokeCap: { value: 'round' },
          },
        },
      },
      line(across(median), base + 1, across(median), base + 8, {
        stroke: { value: colour },
        strokeWidth: { value: 2 },
      }),
      label(`median ${median.toFixed(2)}`, across(median) + 5, base + 12, {
        fill: { value: colour },
        fontSize: { value: 11 },
      }),
      label(title, -10, base - 14, { ...right, fill: { value: colour }, fontWeight: { value: 'bold' } }),
      label(`${own.length}, weight ${weight}`, -10, base, {
        ...right,
        fill: { value: FAINT },
        fontSize: { value: 11 },
      }),
    ] satisfies Mark[];
  });
}

function ranks(scores: Scores, credentials: Map<string, Credential>): GroupMark {
  const least = across([...scores].at(-1)!.multiple);
  return {
    ...panel(LEFT),
    scales: [{ name: 'multiple', type: 'log', domain: [...ENDS], range: [0, LEFT.width] }],
    axes: [
      {
        scale: 'multiple',
        orient: 'bottom',
        values: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
        format: '~g',
        grid: true,
        title: 'trust, as a multiple of the average',
      },
    ],
    marks: [
      label('What each rank holds: one dot, one key', -LEFT.x + 16, -24, heading),
      ...rankMarks(scores, credentials),
      label('certified by nobody:', least + 8, 191, remark),
      label('the credential alone', least + 8, 204, remark),
    ],
  };
}

/** Shares of contributors, the least trusted first, and of trust: one point in ten contributors. */
function lorenz(shares: Float64Array): { contributors: number; trust: number }[] {
  const points = [{ contributors: 0, trust: 0 }];
  let sum = 0;
  for (let place = shares.length - 1; place >= 0; place--) {
    sum += shares[place]!;
    if (place % 10 === 0) points.push({ contributors: (shares.length - place) / shares.length, trust: sum });
  }
  return points;
}

function concentration(shares: Record<keyof typeof LINES, Float64Array>): GroupMark {
  const { width, height } = RIGHT;
  const names = Object.keys(LINES) as (keyof typeof LINES)[];
  return {
    ...panel(RIGHT),
    data: names.map((name) => ({ name, values: lorenz(shares[name]) })),
    scales: [
      { name: 'x', domain: [0, 1], range: [0, width] },
      { name: 'y', domain: [0, 1], range: [height, 0] },
    ],
    axes: [
      {
        scale: 'x',
        orient: 'bottom',
        format: '%',
        tickCount: 5,
        title: 'of contributors, least trusted first',
      },
      { scale: 'y', orient: 'left', format: '%', tickCount: 5, grid: true, title: 'of all trust' },
    ],
    marks: [
      label('How concentrated trust is', -44, -24, heading),
      line(0, height, width, 0, { stroke: { value: '#d0d7de' } }),
      ...names.flatMap((name, row): Mark[] => {
        const { title, colour, dash } = LINES[name];
        const stroke = { stroke: { value: colour }, strokeWidth: { value: 2 }, strokeDash: { value: dash } };
        const y = 16 + 17 * row;
        return [
          {
            type: 'line',
            from: { data: name },
            encode: {
              enter: {
                x: { scale: 'x', field: 'contributors' },
                y: { scale: 'y', field: 'trust' },
                ...stroke,
              },
            },
          },
          line(10, y - 4, 32, y - 4, stroke),
          label(`${title}: Gini ${held(shares[name]).gini.toFixed(2)}`, 38, y, { fontSize: { value: 11 } }),
        ];
      }),
    ],
  };
}

const credentials = readCredentials();
const solve = async (policy: keyof typeof presets) =>
  (await scoreDataset(CERTIFICATIONS, { credentials: CREDENTIALS, policy: presets[policy] })).scores;
const classic = await solve('classic');
const weights = [...credentials.values()].map(({ weight }) => weight).sort((a, b) => b - a);
const granted = weights.reduce((sum, weight) => sum + weight, 0);

const spec: Spec = {
  description:
    "Trust in Debian's keyring. Left: what keys of each rank hold. Right: Lorenz curves of trust under each preset.",
  width: 860,
  height: 384,
  background: 'white',
  autosize: 'none',
  config: CONFIG,
  marks: [
    ranks(classic, credentials),
    concentration({
      credentials: Float64Array.from(weights, (weight) => weight / granted),
      guarded: (await solve('guarded')).trust(),
      classic: classic.trust(),
      resilient: (await solve('resilient')).trust(),
    }),
  ],
};
const svg = await new View(parse(spec), { renderer: 'none' }).toSVG();
writeFileSync(PICTURE, `${svg}\n`);
