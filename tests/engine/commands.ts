/**
 * Random commands for the model-based run. A command is drawn as a few plain numbers and acted out where it
 * stands: it names contributors, events and dates by taking its numbers modulo what there is, so every
 * command is valid after any other, and shrinking drops commands without making the rest void. Each calls
 * one thing of the engine's door (calls.ts); after each the engine is held against the truth (world.ts).
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { EventInput, PolicyInput } from '../../src/index.ts';
import { TrustEngine } from '../../src/index.ts';
import type { LedgerEvent } from '../witness/record.ts';
import { personal, type Real, reached, refuse, restore, send, settle, since } from './calls.ts';
import {
  ACTS,
  type Act,
  type Draw,
  dateOf,
  eventOf,
  from,
  idFor,
  LAST,
  policyOf,
  SAY,
  type Setting,
  settings,
  TOLERANCES,
  turn,
} from './draws.ts';
import { newTally, type Tally, World } from './world.ts';

/** Sequences of commands of about `length`. */
export function commands(length: number): fc.Arbitrary<Iterable<fc.Command<World, Real>>> {
  const number = fc.noBias(fc.nat(9_999_999));
  const acts = Object.entries(ACTS).map(([act, weight]) => ({ arbitrary: fc.constant(act as Act), weight }));
  const draw = fc.record({
    act: fc.oneof(...acts),
    source: number,
    target: number,
    weight: number,
    date: number,
    pick: number,
    count: fc.integer({ min: 1, max: 8 }),
  });
  return fc
    .tuple(settings, fc.commands([draw.map((one) => new Call(one))], { maxCommands: length, size: 'max' }))
    .map(([setting, calls]) => Object.assign(calls, { setting }));
}

/** Runs one sequence of commands on a fresh engine. */
export function runModel(
  calls: Iterable<fc.Command<World, Real>>,
  tolerance: number,
  tally: Tally = newTally(),
): void {
  const { setting } = calls as unknown as { setting: Setting };
  const policy = policyOf(setting.policy, setting.dated);
  const world = new World(policy, tolerance, setting.dated, tally, setting);
  const engine = new TrustEngine({ policy: policy as PolicyInput, tolerance, notAfter: LAST });
  const real: Real = { engine, heard: [] };
  engine.on('change', (settling) => real.heard.push(settling));
  try {
    fc.modelRun(() => ({ model: world, real }), calls);
    world.script.push('settle');
    real.engine.settle({ tolerance: 1e-9 });
    world.check(real.engine, true);
    for (const held of world.held) world.read(held);
  } catch (error) {
    const told = JSON.stringify({ policy, tolerance, setting });
    throw new Error(`${(error as Error).message}\nafter\n${told}\n${world.script.join('\n')}`, {
      cause: error,
    });
  }
}

class Call implements fc.Command<World, Real> {
  #told = '';

  constructor(private readonly draw: Draw) {}

  check(): boolean {
    return true;
  }

  toString(): string {
    return this.#told || this.draw.act;
  }

  run(world: World, real: Real): void {
    world.tally.commands++;
    const before = world.script.length;
    this.#act(world, real);
    world.check(real.engine, this.draw.pick % 3 === 0);
    this.#told = world.script.slice(before).join(' ');
  }

  #act(world: World, real: Real): void {
    const { draw } = this;
    const { act } = draw;
    const { engine } = real;
    switch (act) {
      case 'endorse':
      case 'object':
      case 'self':
      case 'grow':
      case 'grant':
      case 'withdraw':
        send(world, real, eventOf(world, draw, act));
        return;
      case 'batch': {
        const events: LedgerEvent[] = [];
        for (let n = 0; n < draw.count; n++) {
          const turned = turn(draw, n);
          const kind = turned.pick % 7 === 0 ? 'grant' : from(SAY, turned.pick);
          const event = eventOf(world, turned, kind);
          world.take(event);
          events.push(event);
        }
        world.script.push(`apply ${JSON.stringify(events)}`);
        expect(engine.apply(events as EventInput[])).toBe(world.sequence);
        return;
      }
      case 'wobble': {
        // Said and taken back, again and again.
        for (let n = 0; n < 1 + (draw.count % 4); n++) {
          const event = { ...eventOf(world, turn(draw, n), 'endorse'), id: `e${world.ids++}` };
          send(world, real, event);
          send(world, real, { type: 'retract', of: event.id });
        }
        return;
      }
      case 'ungrant': {
        const grants = world.open.filter(({ type }) => type === 'revoke');
        for (const { of } of grants) send(world, real, { type: 'revoke', of });
        return;
      }
      case 'repeat': {
        if (world.repeatable.length === 0) return;
        const { event } = from(world.repeatable, draw.pick);
        world.script.push(`apply ${JSON.stringify(event)} again`);
        expect(engine.apply(event as EventInput)).toBe(world.sequence);
        return;
      }
      case 'policy':
        send(world, real, {
          type: 'policy',
          ...idFor(world, draw),
          policy: policyOf(draw.source, world.dated),
        });
        return;
      case 'advance': {
        const at = Math.max(world.advanced ?? dateOf(world, 0), dateOf(world, draw.date));
        send(world, real, { type: 'advance', ...idFor(world, draw), at });
        return;
      }
      case 'forget': {
        if (world.present.size === 0) return;
        const contributor = from([...world.present], draw.source);
        send(world, real, { type: 'forget', ...idFor(world, draw), contributor });
        return;
      }
      case 'refused':
        refuse(world, real, draw);
        return;
      case 'settle':
        settle(world, real, draw.pick % 2 === 0 ? {} : { tolerance: from(TOLERANCES, draw.weight) });
        return;
      case 'budget': {
        const budget = from([0, 1, 2, 5, 12, 40, 200], draw.source);
        settle(world, real, {
          budget,
          ...(draw.pick % 2 === 0 ? {} : { tolerance: from(TOLERANCES, draw.weight) }),
        });
        return;
      }
      case 'view': {
        world.script.push('scores');
        const scores = engine.scores();
        expect(engine.scores()).toBe(scores);
        reached(world, scores.bound, world.tolerance);
        world.hold(scores);
        return;
      }
      case 'peek': {
        world.script.push('scores as they stand');
        world.hold(engine.scores({ settle: false }));
        return;
      }
      case 'since':
        since(world, real, draw);
        return;
      case 'lookBack': {
        // The unread ones first: a standing that is measured late must be that of its time.
        const unread = world.held.filter(({ rows }) => rows === null);
        const held = from(unread.length > 0 ? unread : world.held, draw.pick);
        if (held !== undefined) world.read(held);
        return;
      }
      case 'canonical': {
        const tolerance = from(TOLERANCES, draw.weight);
        world.script.push(`canonical ${tolerance}`);
        const scores = engine.canonical({ tolerance });
        const truth = world.truth();
        world.judge(scores, truth);
        world.read({ scores, truth, rows: null });
        return;
      }
      case 'from':
        personal(world, real, draw);
        return;
      case 'restore':
        restore(world, real);
        return;
    }
  }
}
