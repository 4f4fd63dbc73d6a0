/**
 * How standing is shown: by a colour, by a shape and in words, so that any one of them is enough. The colours
 * are in the style sheet, by place in this list.
 */
import { drawn } from './element.ts';

export type Shape = 'circle' | 'diamond' | 'square';

export interface Standing {
  /** From this standing on. */
  readonly from: number;
  readonly word: string;
  readonly shape: Shape;
}

/** From the best to the worst. */
export const STANDINGS: readonly Standing[] = [
  { from: 0.85, word: 'well endorsed', shape: 'circle' },
  { from: 0.65, word: 'endorsed', shape: 'circle' },
  { from: 0.4, word: 'unknown', shape: 'diamond' },
  { from: 0.2, word: 'doubted', shape: 'square' },
  { from: 0, word: 'objected to', shape: 'square' },
];

export function standingOf(standing: number): Standing {
  return STANDINGS.find(({ from }) => standing >= from) ?? STANDINGS.at(-1)!;
}

/** The property of the style sheet that holds its colour. */
export function colourOf(standing: Standing): string {
  return `--standing-${STANDINGS.indexOf(standing) + 1}`;
}

/** The mark of a standing, filled for holders of a credential. */
export function mark(standing: number, filled = true): SVGSVGElement {
  const shown = standingOf(standing);
  const paint = { class: `paint-${STANDINGS.indexOf(shown) + 1}${filled ? '' : ' hollow'}` };
  const size = filled ? 5 : 4;
  return drawn(
    'svg',
    { class: 'mark', viewBox: '0 0 12 12', width: 12, height: 12, 'aria-hidden': 'true' },
    outline(shown.shape, size, paint),
  );
}

function outline(shape: Shape, size: number, paint: { class: string }): SVGElement {
  if (shape === 'circle') return drawn('circle', { cx: 6, cy: 6, r: size, ...paint });
  if (shape === 'diamond') {
    const far = size + 0.5;
    return drawn('path', { d: `M6 ${6 - far}L${6 + far} 6L6 ${6 + far}L${6 - far} 6Z`, ...paint });
  }
  const side = 2 * size - 1;
  return drawn('rect', { x: 6 - side / 2, y: 6 - side / 2, width: side, height: side, ...paint });
}
