/**
 * How the benches print: medians with their range, targets with a verdict beside each number, and Markdown
 * tables whose columns line up in a terminal too.
 */

/** Median, smallest and largest of several runs. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

/** Three significant digits; never an exponent from 0.001 to 10 million. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(1);
  return size >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** `median (min to max)`, in the unit that `scale` turns the values into. */
export function range({ median, min, max }: Spread, scale = 1): string {
  return `${digits(median * scale)} (${digits(min * scale)} to ${digits(max * scale)})`;
}

/** A number beside its target: the shortfall of a missed one is part of the text, so that it cannot be overlooked. */
export function against(value: number, relation: 'at most' | 'at least', target: number): string {
  const met = relation === 'at most' ? value <= target : value >= target;
  const short = relation === 'at most' ? value / target : target / value;
  const verdict = met ? 'met' : `**MISSED** ${digits(short)} times`;
  return `${relation} ${digits(target).replace(/\.0+$/, '')}: ${verdict}`;
}

/** A Markdown table; the first row is the header, the first column is aligned left and the others right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, k) => (k === 0 ? (row[k] ?? '').padEnd(width) : (row[k] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `|${widths.map((width, k) => (k === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}
