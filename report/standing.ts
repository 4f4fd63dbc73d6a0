/**
 * How standing is shown: by a colour, by a shape and in words, so that any one of them is enough. The colours
 * are told apart with every kind of colour blindness (Okabe and Ito 2008).
 */
import { drawn } from './element.ts';

export type Shape = 'circle' | 'diamond' | 'square';

export interface Standing {
  /** From this standing on. */
  readonly from: number;
  readonly word: string;
  readonly shape: Shape;
  readonly colour: string;
}

/** From the best to the worst. */
export const STANDINGS: readonly Standing[] = [
  { from: 0.85, word: 'well endorsed', shape: 'circle', colour: '#0072b2' },
  { from: 0.65, word: 'endorsed', shape: 'circle', colour: '#56b4e9' },
  { from: 0.4, word: 'unknown', shape: 'diamond', colour: '#8b95a5' },
  { from: 0.2, word: 'doubted', shape: 'square', colour: '#e69f00' },
  { from: 0, word: 'objected to', shape: 'square', colour: '#d55e00' },
];

export function standingOf(standing: number): Standing {
  return STANDINGS.find(({ from }) => standing >= from) ?? STANDINGS.at(-1)!;
}

/** The mark of a standing, filled for holders of a credential. */
export function mark(standing: number, filled = true): SVGSVGElement {
  const { shape, colour } = standingOf(standing);
  const paint = filled
    ? { fill: colour, stroke: 'none' }
    : { fill: 'none', stroke: colour, 'stroke-width': 2 };
  const size = filled ? 5 : 4;
  const outline =
    shape === 'circle'
      ? drawn('circle', { cx: 6, cy: 6, r: size, ...paint })
      : shape === 'square'
        ? drawn('rect', { x: 6.5 - size, y: 6.5 - size, width: 2 * size - 1, height: 2 * size - 1, ...paint })
        : drawn('path', { d: `M6 ${5.5 - size}L${6.5 + size} 6L6 ${6.5 + size}L${5.5 - size} 6Z`, ...paint });
  return drawn('svg', { class: 'mark', viewBox: '0 0 12 12', width: 12, height: 12, 'aria-hidden': 'true' }, outline);
}
