/**
 * The part of a report that says why: the explanations of the most trusted, short enough for a page, and the
 * graph that they make together, which is drawn from the shares that they tell.
 */
import type { Explanation as Explained, ExplainedStatement } from '../insight/explain/explanation.ts';
import type { Score } from '../scores.ts';
import { layout } from './layout.ts';
import type { Explanation, GraphEdge, GraphPart } from './report-data.ts';

/** What is told of each contributor one by one. */
const PARTS = 8;
/** Endorsements received that are drawn of each. */
const DRAWN = 3;

/** Explains `scores`, in rank order; `explain` is asked for all parts. */
export function whyOf(
  scores: readonly Score[],
  explain: (contributor: string) => Explained,
): { graph: GraphPart; explanations: Explanation[] } {
  const places = new Map(scores.map(({ contributor }, place) => [contributor, place]));
  const ties: GraphEdge[] = [];
  const edges: GraphEdge[] = [];
  const explanations: Explanation[] = [];
  const credentials: boolean[] = [];
  let pairs = 0;
  scores.forEach(({ contributor }, target) => {
    const explained = explain(contributor);
    credentials.push(explained.parts.some(({ why }) => why === 'credential'));
    const received = (told: readonly { from: string | null; share: number }[], against: boolean) => {
      const among = told.flatMap(({ from, share }) => {
        const source = from === null ? undefined : places.get(from);
        return source === undefined || share <= 0 ? [] : [{ source, target, weight: short(share), against }];
      });
      if (!against) ties.push(...among);
      edges.push(...among.slice(0, DRAWN));
      return among.length;
    };
    pairs += received(explained.parts, false) + received(explained.objections, true);
    explanations.push(shortened(explained));
  });
  const at = layout(scores.length, ties);
  const nodes = scores.map(({ contributor, trust, standing }, place) => ({
    id: contributor,
    ...at[place]!,
    trust: short(trust),
    standing: short(standing),
    credential: credentials[place]!,
  }));
  return { graph: { nodes, edges, pairs }, explanations };
}

/** Five figures: more than a page shows. */
function short(value: number): number {
  return Number(value.toPrecision(5));
}

function shortened({
  contributor,
  mass,
  voice,
  parts,
  others,
  objections,
  otherObjections,
  words,
}: Explained): Explanation {
  const sum = (values: readonly number[], more: number) =>
    short(values.reduce((all, value) => all + value, more));
  const rest = parts.slice(PARTS);
  const untold = objections.slice(PARTS);
  return {
    contributor,
    mass: short(mass),
    voice: short(voice),
    parts: parts.slice(0, PARTS).map(({ from, why, share, statements = [] }) => ({
      from,
      why: why as Explanation['parts'][number]['why'],
      share: short(share),
      said: said(statements),
    })),
    others: {
      count: others.count + rest.length,
      share: sum(
        rest.map(({ share }) => share),
        others.share,
      ),
    },
    objections: objections.slice(0, PARTS).map(({ from, share, statements }) => ({
      from,
      share: short(share),
      said: said(statements),
    })),
    otherObjections: {
      count: otherObjections.count + untold.length,
      share: sum(
        untold.map(({ share }) => share),
        mass > 0 ? otherObjections.mass / mass : 0,
      ),
    },
    words,
  };
}

/** What was said, how often and when, such as "review 3×, 2019 to 2021"; of credentials who granted them. */
function said(statements: readonly ExplainedStatement[]): string {
  const counts = new Map<string, number>();
  const years: string[] = [];
  for (const { kind, issuer, at, count = 1 } of statements) {
    const name = issuer ?? kind;
    counts.set(name, (counts.get(name) ?? 0) + count);
    if (at !== null) years.push(at.slice(0, 4));
  }
  const names = Array.from(counts, ([name, count]) => (count > 1 ? `${name} ${count}×` : name)).join(', ');
  years.sort();
  const [first, last] = [years[0], years.at(-1)];
  if (first === undefined) return names;
  return first === last ? `${names}, ${first}` : `${names}, ${first} to ${last}`;
}
