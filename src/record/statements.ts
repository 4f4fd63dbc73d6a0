/**
 * The endorsements, objections and credentials of a record in columns, in the order they were taken. An
 * entry stays when it is taken back, marked, because sequences and ids refer to it.
 */
import type { Batch } from '../event.ts';
import { NONE } from '../graph/interner.ts';
import type { Block } from '../graph/sorter.ts';
import type { SnapshotReader } from '../snapshot/reader.ts';
import type { SnapshotWriter } from '../snapshot/writer.ts';
import { CHUNK, Column } from './column.ts';

const ZEROS = new Uint32Array(CHUNK);

/** What statements weigh. */
export interface Weigher {
  /** Every statement weighs what it says. */
  readonly asGiven: boolean;
  /** Writes the weights of `count` statements from the place `first` on; below zero for objections. */
  fill(first: number, count: number, weights: Float64Array): void;
}

export class Statements {
  readonly source = new Column(Uint32Array, 0);
  readonly target = new Column(Uint32Array, 0);
  /** Below zero for an objection. */
  readonly weight = new Column(Float64Array, 1);
  readonly kind = new Column(Uint16Array, 0);
  /** Epoch milliseconds; NaN where there is no date. */
  readonly at = new Column(Float64Array, Number.NaN);
  /** 1 once retracted. */
  readonly dead = new Column(Uint8Array, 0);
  /** Index among the event ids; NONE for a statement without one. */
  readonly id = new Column(Uint32Array, NONE);

  get length(): number {
    return this.source.length;
  }

  push(source: number, target: number, weight: number, kind: number, at: number, id: number): void {
    this.source.push(source);
    this.target.push(target);
    this.weight.push(weight);
    this.kind.push(kind);
    this.at.push(at);
    this.dead.push(0);
    this.id.push(id);
  }

  /** Pushes statements, of these kinds or all of one. */
  append(batch: Batch, kind: Uint16Array | number): void {
    const { count, source, target, weight, at, id } = batch;
    const length = this.length + count;
    this.source.append(source, count);
    this.target.append(target, count);
    if (weight === null) this.weight.extend(length);
    else this.weight.append(weight, count);
    if (typeof kind !== 'number') this.kind.append(kind, count);
    else if (kind === 0) this.kind.extend(length);
    else this.kind.append(new Uint16Array(count).fill(kind), count);
    if (at === null) this.at.extend(length);
    else this.at.append(at, count);
    this.dead.extend(length);
    if (id === null) this.id.extend(length);
    else this.id.append(id, count);
  }

  /** All statements in pieces; weighed by `weights`, or as endorsements of weight 1 where it is null. */
  *blocks(weights: Weigher | null): Generator<Block> {
    const weighed = weights === null || weights.asGiven ? null : new Float64Array(CHUNK);
    for (let first = 0; first < this.length; first += CHUNK) {
      const length = Math.min(CHUNK, this.length - first);
      if (weighed !== null) weights!.fill(first, length, weighed);
      yield {
        length,
        first,
        source: this.source.chunk(first) ?? ZEROS,
        target: this.target.chunk(first) ?? ZEROS,
        dead: this.dead.chunk(first) ?? null,
        weight: weighed ?? (weights === null ? null : (this.weight.chunk(first) ?? null)),
      };
    }
  }

  truncate(length: number): void {
    for (const column of Object.values(this.#columns())) column.truncate(length);
  }

  save(to: SnapshotWriter): void {
    saveAll(to, 'statements', this.#columns());
  }

  load(from: SnapshotReader): void {
    loadAll(from, 'statements', this.#columns(), this.source);
  }

  #columns() {
    const { source, target, weight, kind, at, dead, id } = this;
    return { source, target, weight, kind, at, dead, id };
  }
}

export class Credentials {
  readonly holder = new Column(Uint32Array, 0);
  readonly weight = new Column(Float64Array, 1);
  issuer: string[] = [];
  /** Epoch milliseconds; NaN for a credential that was always in force. */
  readonly at = new Column(Float64Array, Number.NaN);
  /** 1 once revoked. */
  readonly dead = new Column(Uint8Array, 0);
  /** Index among the event ids; NONE for a credential without one. */
  readonly id = new Column(Uint32Array, NONE);

  get length(): number {
    return this.issuer.length;
  }

  push(holder: number, weight: number, issuer: string, at: number, id: number): void {
    this.holder.push(holder);
    this.weight.push(weight);
    this.issuer.push(issuer);
    this.at.push(at);
    this.dead.push(0);
    this.id.push(id);
  }

  truncate(length: number): void {
    for (const column of Object.values(this.#columns())) column.truncate(length);
    this.issuer.length = length;
  }

  /** Issuers are few, and the same for many. */
  save(to: SnapshotWriter): void {
    saveAll(to, 'credentials', this.#columns());
    const places = new Map<string, number>();
    const place = (issuer: string) => {
      if (!places.has(issuer)) places.set(issuer, places.size);
      return places.get(issuer)!;
    };
    to.array('credentials.issuer', Uint32Array, Uint32Array.from(this.issuer, place));
    to.texts('credentials.issuers', [...places.keys()]);
  }

  load(from: SnapshotReader): void {
    loadAll(from, 'credentials', this.#columns(), this.holder);
    const issuers = from.texts('credentials.issuers');
    const places = from.view('credentials.issuer', Uint32Array);
    from.check(places.length === this.holder.length, 'credentials.issuer is of another length');
    this.issuer = Array.from(places, (place) => issuers[place]!);
  }

  #columns() {
    const { holder, weight, at, dead, id } = this;
    return { holder, weight, at, dead, id };
  }
}

type Columns = { [name: string]: { length: number } & Pick<Column<Uint8Array>, 'save' | 'load'> };

function saveAll(to: SnapshotWriter, name: string, columns: Columns): void {
  for (const [column, values] of Object.entries(columns)) values.save(to, `${name}.${column}`);
}

function loadAll(from: SnapshotReader, name: string, columns: Columns, first: { length: number }): void {
  for (const [column, values] of Object.entries(columns)) {
    values.load(from, `${name}.${column}`);
    from.check(values.length === first.length, `${name}.${column} is of another length`);
  }
}
