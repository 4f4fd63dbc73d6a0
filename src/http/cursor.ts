/**
 * Pages of a listing. All pages come from the same scores, which are kept while the listing goes on: the last few
 * that somebody pages through. A cursor names its community, its scores and a place; whoever makes one up
 * sees no more than by asking, so its form is checked and nothing signed.
 */
import type { Scores } from '../scores.ts';
import { Refusal } from './problem.ts';

/** Listings whose scores are kept for those who page through them: some of any size, more of small ones. */
export const KEPT = { least: 4, most: 64, scores: 1_000_000 } as const;

export class Pages {
  /** By tag, the one that was used last at the end. */
  readonly #kept = new Map<string, Scores>();

  constructor(private readonly community: string) {}

  /** The cursor of a place in scores, which are kept from now on. */
  cursor(tag: string, scores: Scores, place: number): string {
    this.#use(tag, scores);
    return encode(JSON.stringify([this.community, tag, place]));
  }

  /** @throws Refusal `bad-cursor`, `old-cursor`. */
  at(cursor: string): { readonly scores: Scores; readonly place: number; readonly tag: string } {
    const [community, tag, place] = read(cursor);
    if (community !== this.community) throw refused('is of another community');
    const scores = this.#kept.get(tag);
    if (scores === undefined) {
      throw new Refusal(
        'old-cursor',
        'the scores that the cursor pages through are gone; begin again without one',
      );
    }
    if (place > scores.length) throw refused('points beyond the end');
    this.#use(tag, scores);
    return { scores, place, tag };
  }

  /** Forgets all that is paged through. */
  clear(): void {
    this.#kept.clear();
  }

  #use(tag: string, scores: Scores): void {
    this.#kept.delete(tag);
    this.#kept.set(tag, scores);
    let length = 0;
    for (const one of this.#kept.values()) length += one.length;
    for (const [oldest, { length: its }] of this.#kept) {
      const { size } = this.#kept;
      if (size <= KEPT.least || (size <= KEPT.most && length <= KEPT.scores)) break;
      this.#kept.delete(oldest);
      length -= its;
    }
  }
}

function read(cursor: string): [community: string, tag: string, place: number] {
  let value: unknown;
  try {
    value = JSON.parse(decode(cursor));
  } catch {
    throw refused('is none of ours');
  }
  if (!Array.isArray(value) || value.length !== 3) throw refused('is none of ours');
  const [community, tag, place] = value;
  const formed = typeof community === 'string' && typeof tag === 'string' && Number.isSafeInteger(place);
  if (!formed || place < 0 || encode(JSON.stringify(value)) !== cursor) throw refused('is none of ours');
  return [community, tag, place];
}

function refused(why: string): Refusal {
  return new Refusal('bad-cursor', `the cursor ${why}; expected one that an earlier page gave as "next"`, {
    field: 'cursor',
  });
}

/** Ids of communities and tags are ASCII. */
function encode(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function decode(text: string): string {
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
}
