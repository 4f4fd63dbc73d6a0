/** A graph that moves, as sweeps read it: roles, and what active rows hear and are told. */
import { describe, expect, it } from 'vitest';
import { Role } from '../../src/graph/columns.ts';
import { Digraph } from '../../src/graph/digraph.ts';
import { systemOf } from '../../src/solver/system.ts';
import { said } from '../insight/community.ts';
import { replay } from '../witness/record.ts';
import { columnsOf } from './problem.ts';

const columnsFrom = (...texts: string[]) =>
  columnsOf(replay({ initial: {}, events: said(...texts) as never }));

describe('the system of a graph', () => {
  it('has the roles, rows and counts of its frozen columns', () => {
    for (const texts of [
      ['a>b', 'b>c', 'c>b'],
      ['a>b*2', 'a>c*3', 'b>a', 'b!c', 'd!a', 'd>e*4', 'c!d', 'a>e', '+a*2'],
      ['a>b', 'c>d*5'],
    ]) {
      const columns = columnsFrom(...texts);
      const { demand, endorsed, credentials, credentialSum } = columns;
      const system = systemOf(new Digraph(columns), { demand, endorsed, credentials, credentialSum });
      const { order, role, inward, edges, activeEdges } = columns;
      expect(system).toMatchObject({ order, role, edges, activeEdges, credentialSum });
      expect([...system.inward]).toEqual([...inward]);
      expect(system.demand).toBe(demand);
      expect(system.objections === null).toBe(columns.objections === null);
    }
  });

  it('follows weights that come and go', () => {
    const columns = columnsFrom('a>b*2', 'b>c', 'c>a*3', 'a!c');
    const graph = new Digraph(columns);
    graph.set(2, 0, false, 0);
    graph.set(0, 2, true, 0);
    const { demand, credentials, credentialSum } = columns;
    const system = systemOf(graph, {
      demand,
      endorsed: Float64Array.of(2, 1, 0),
      credentials,
      credentialSum,
    });
    // a hears of nobody any more, and c says nothing.
    expect([...system.role]).toEqual([Role.speaker, Role.active, Role.silent]);
    expect([...system.inward]).toEqual([2, 0, 0]);
    expect(system).toMatchObject({ edges: 2, activeEdges: 1, objections: null });
  });

  it('never has less than nothing said to active rows, whatever was rounded', () => {
    const columns = columnsFrom('a>b*0.1', 'a>c*0.2');
    const { demand, credentials, credentialSum } = columns;
    const endorsed = Float64Array.of(0.1 + 0.2 - 2 ** -53, 0, 0);
    const system = systemOf(new Digraph(columns), { demand, endorsed, credentials, credentialSum });
    expect([...system.inward]).toEqual([0, 0, 0]);
  });

  it('reads rows that carry no weights as ones', () => {
    const columns = columnsFrom('a>b', 'a>c', 'b>c');
    const { demand, endorsed, credentials, credentialSum } = columns;
    const graph = new Digraph(columns);
    const { starts, ends, sources } = graph.endorsements;
    const { order, says, hears, objections, objected, edges } = graph;
    const bare = {
      order,
      says,
      hears,
      objections,
      objected,
      edges,
      endorsements: { starts, ends, sources, weights: null },
    };
    const system = systemOf(bare, { demand, endorsed, credentials, credentialSum });
    expect([...system.inward]).toEqual([1, 0, 0]);
  });
});
