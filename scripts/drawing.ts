/**
 * What the pictures of the README have in common: colours, text, lines and panels, as parts of a vega
 * specification without marks that depend on the machine's fonts.
 */
import type { Config, Mark } from 'vega';

export const INK = '#24292f';
export const FAINT = '#6e7781';

/** Axes and text in the same quiet style. */
export const CONFIG: Config = {
  text: { font: 'sans-serif' },
  axis: {
    labelFont: 'sans-serif',
    titleFont: 'sans-serif',
    titleFontWeight: 'normal',
    titleFontSize: 12,
    labelFontSize: 11,
    labelColor: INK,
    titleColor: INK,
    gridColor: '#eaeef2',
    domainColor: FAINT,
    tickColor: FAINT,
    aria: false,
  },
};

export function label(text: string, x: number, y: number, more: object = {}): Mark {
  return {
    type: 'text',
    encode: {
      enter: {
        text: { value: text },
        x: { value: x },
        y: { value: y },
        fill: { value: INK },
        fontSize: { value: 12 },
        ...more,
      },
    },
  };
}

export function line(x: number, y: number, x2: number, y2: number, more: object = {}): Mark {
  return {
    type: 'rule',
    encode: {
      enter: {
        x: { value: x },
        y: { value: y },
        x2: { value: x2 },
        y2: { value: y2 },
        stroke: { value: FAINT },
        ...more,
      },
    },
  };
}

export const remark = { fill: { value: FAINT }, fontSize: { value: 11 } };
export const heading = { fontWeight: { value: 'bold' }, fontSize: { value: 14 } };
/** Where a panel lies, in pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A panel at its place. Grids end where the signals say, and without them at the edge of the picture. */
export const panel = ({ x, y, width, height }: Place) => ({
  type: 'group' as const,
  signals: [
    { name: 'width', value: width },
    { name: 'height', value: height },
  ],
  encode: {
    enter: { x: { value: x }, y: { value: y }, width: { value: width }, height: { value: height } },
  },
});
