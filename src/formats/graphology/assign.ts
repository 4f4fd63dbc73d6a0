/**
 * Writes scores as attributes of a graphology graph's nodes, in the style of graphology-metrics: options name
 * the attributes, and the graph tells its listeners once, with the names.
 */
import type { AbstractGraph, Attributes } from 'graphology-types';
import { PeerageError, quote } from '../../error.ts';
import type { Score } from '../../scores.ts';
import { checkGraph } from './reading.ts';

type Field = Exclude<keyof Score, 'contributor'>;
const FIELDS = 'trust multiple rank rankFrom rankTo percentile standing mass distrust'.split(' ') as Field[];

/** What can be asked for the score of a contributor: scores, or the view of one contributor. */
export interface Scored {
  of(contributor: string): Partial<Score> | undefined;
}

/** The attribute that each part of a score is written to: `nodeRankAttribute`, `nodeStandingAttribute`, ... */
export type AssignOptions = { [F in Field as `node${Capitalize<F>}Attribute`]?: string };

/**
 * Writes scores as attributes of nodes: trust as `trust` (`nodeTrustAttribute`), and what else of a score
 * is given a name. A node without a score loses the attribute.
 * @throws PeerageError `bad-option`.
 * @example
 * assign(graph, engine, { nodeTrustAttribute: 'size', nodeRankAttribute: 'rank' });
 */
export function assign<N extends Attributes = Attributes, E extends Attributes = Attributes>(
  graph: AbstractGraph<N, E>,
  from: { scores(): Scored } | Scored,
  options: AssignOptions = {},
): void {
  checkGraph(graph);
  const given = from as Partial<{ scores(): Scored } & Scored> | null | undefined;
  const scores = typeof given?.scores === 'function' ? given.scores() : given;
  if (typeof scores?.of !== 'function') {
    throw new PeerageError('bad-option', `${quote(from)} has no scores; expected an engine or its scores`, {
      field: 'from',
      value: from,
    });
  }
  const asked = { nodeTrustAttribute: 'trust', ...options } as Record<string, unknown>;
  const names = new Map<Field, string>();
  for (const field of FIELDS) {
    const option = `node${field[0]!.toUpperCase()}${field.slice(1)}Attribute`;
    const name = asked[option];
    if (typeof name === 'string') names.set(field, name);
    else if (name !== undefined) {
      throw new PeerageError('bad-option', `${quote(name)} is not the name of an attribute`, {
        field: option,
        value: name,
      });
    }
  }
  graph.updateEachNodeAttributes(
    (node, attributes) => {
      const score = scores.of!(node);
      const written = attributes as Attributes;
      for (const [field, name] of names) {
        if (score?.[field] === undefined) delete written[name];
        else written[name] = score[field];
      }
      return attributes;
    },
    { attributes: [...names.values()] },
  );
}
