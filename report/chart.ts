/**
 * Draws lines over two axes as SVG, anew whenever the room for them changes, so that its text keeps its size.
 * Lines differ by colour, by dashes and in the legend; what they show is also said in words and as a table.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import type { Point } from '../src/cli/report-data.ts';
import { drawn, element } from './element.ts';

export interface Axis {
  readonly label: string;
  readonly domain: readonly [number, number];
  readonly log?: boolean;
  /** How many ticks, about, or which. */
  readonly ticks?: number | readonly number[];
  readonly format: (value: number) => string;
}

export interface Line {
  readonly name: Node | string;
  readonly points: readonly Point[];
  /** Which of the styles: 1 to 6. */
  readonly style: number;
  readonly dots?: boolean;
  readonly steps?: boolean;
}

/** A value that is pointed out, across or down. */
export interface Guide {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly label: string;
}

export interface Plot {
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  readonly guides?: readonly Guide[];
  /** What a reader who does not see it is told. */
  readonly words: string;
  readonly height?: number;
}

const MARGIN = { top: 14, right: 20, bottom: 22, left: 46 };
const LABEL = 18;

export function plot(of: Plot): HTMLElement {
  const place = element('div', { class: 'plot' });
  let width = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.round(entry!.contentRect.width);
    if (now === width || now === 0) return;
    width = now;
    place.replaceChildren(draw(of, width));
  }).observe(place);
  return place;
}

function draw({ x, y, lines, guides = [], words, height = 260 }: Plot, width: number): SVGSVGElement {
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom - (x.label === '' ? 0 : LABEL);
  const across = scaleOf(x, [MARGIN.left, right]);
  const up = scaleOf(y, [bottom, MARGIN.top]);
  const svg = drawn('svg', {
    class: 'drawing',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': words,
  });
  for (const tick of ticksOf(across, x, Math.max(2, Math.floor(width / 90)))) {
    const at = across(tick);
    svg.append(
      drawn('line', { class: 'grid', x1: at, x2: at, y1: MARGIN.top, y2: bottom }),
      drawn('text', { class: 'tick', x: at, y: bottom + 15, 'text-anchor': 'middle' }, x.format(tick)),
    );
  }
  for (const tick of ticksOf(up, y, Math.max(2, Math.floor(height / 55)))) {
    const at = up(tick);
    svg.append(
      drawn('line', { class: 'grid', x1: MARGIN.left, x2: right, y1: at, y2: at }),
      drawn('text', { class: 'tick', x: MARGIN.left - 6, y: at + 4, 'text-anchor': 'end' }, y.format(tick)),
    );
  }
  svg.append(
    drawn('line', { class: 'axis', x1: MARGIN.left, x2: right, y1: bottom, y2: bottom }),
    drawn(
      'text',
      { class: 'label', x: (MARGIN.left + right) / 2, y: height - 4, 'text-anchor': 'middle' },
      x.label,
    ),
  );
  for (const { axis, at, label } of guides) {
    const where = axis === 'x' ? across(at) : up(at);
    const ends =
      axis === 'x'
        ? { x1: where, x2: where, y1: MARGIN.top, y2: bottom }
        : { x1: MARGIN.left, x2: right, y1: where, y2: where };
    const late = axis === 'x' && where > (MARGIN.left + right) / 2;
    const text =
      axis === 'x'
        ? { x: where, y: MARGIN.top - 4, 'text-anchor': late ? 'end' : 'start' }
        : { x: right, y: where - 4, 'text-anchor': 'end' };
    svg.append(drawn('line', { class: 'guide', ...ends }), drawn('text', { class: 'tick', ...text }, label));
  }
  for (const { points, style, dots, steps } of lines) {
    const path = line<Point>(
      ([a]) => across(a),
      ([, b]) => up(b),
    );
    if (steps) path.curve(curveStepAfter);
    svg.append(drawn('path', { class: `line style-${style}`, d: path(points as Point[]) ?? '' }));
    if (!dots) continue;
    for (const [a, b] of points)
      svg.append(drawn('circle', { class: `dot style-${style}`, cx: across(a), cy: up(b), r: 3 }));
  }
  return svg;
}

function scaleOf({ domain, log }: Axis, range: [number, number]) {
  return (log ? scaleLog() : scaleLinear()).domain([...domain]).range(range);
}

function ticksOf(scale: ReturnType<typeof scaleOf>, { ticks, log, domain }: Axis, room: number): number[] {
  if (typeof ticks === 'object') return ticks.filter((_, k) => k % Math.ceil(ticks.length / room) === 0);
  if (!log) return scale.ticks(Math.min(ticks ?? 5, room));
  const found: number[] = [];
  for (let power = 1; power <= domain[1]; power *= 10) {
    for (const digit of [1, 2, 5])
      if (power * digit >= domain[0] && power * digit <= domain[1]) found.push(power * digit);
  }
  return found.length > room ? found.filter((tick) => /^10*$/.test(String(tick))) : found;
}

/** Names the lines, each beside a piece of it. */
export function legend(lines: readonly Line[]): HTMLElement {
  return element(
    'ul',
    { class: 'legend' },
    ...lines.map(({ name, style }) => {
      const sample = drawn('svg', { width: 30, height: 10, viewBox: '0 0 30 10', 'aria-hidden': 'true' });
      sample.append(drawn('path', { class: `line style-${style}`, d: 'M1 5H29' }));
      return element('li', {}, sample, ' ', name);
    }),
  );
}

/** A picture with its title, what it says, and its figures as a table. */
export function figure(
  title: string,
  content: readonly (Node | string)[],
  caption: readonly (Node | string)[],
  figures: HTMLElement,
  shape = '',
): HTMLElement {
  return element(
    'figure',
    { class: `card ${shape}` },
    element('h3', {}, title),
    ...content,
    element('figcaption', {}, ...caption),
    element(
      'details',
      {},
      element('summary', {}, 'The figures'),
      element('div', { class: 'scroll' }, figures),
    ),
  );
}

export function table(
  caption: string,
  heads: readonly (Node | string)[],
  rows: readonly (readonly (Node | string)[])[],
): HTMLElement {
  return element(
    'table',
    { class: 'figures' },
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element(
      'tbody',
      {},
      ...rows.map(([head, ...cells]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, head),
          ...cells.map((cell) => element('td', { class: 'number' }, cell)),
        ),
      ),
    ),
  );
}
