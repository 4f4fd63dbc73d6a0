/** An engine with the ledger that it appends to: stands here until `TrustEngine.open` does. */
import { TrustEngine } from '../engine.ts';
import type { Event } from '../event.ts';
import type { Appended, Ledger } from '../ledger/contract.ts';
import { inputOf } from './routes/ledger.ts';

export class Kept {
  private constructor(
    readonly engine: TrustEngine,
    readonly ledger: Ledger,
  ) {}

  static async open(ledger: Ledger, tolerance?: number): Promise<Kept> {
    const engine = new TrustEngine(tolerance === undefined ? {} : { tolerance });
    for await (const entries of ledger.read(0)) engine.apply(entries.map(({ event }) => inputOf(event)));
    return new Kept(engine, ledger);
  }

  async append(events: readonly Event[]): Promise<Appended> {
    this.engine.apply(events.map(inputOf));
    return this.ledger.append(events.map(inputOf) as Event[]);
  }

  async erase(contributor: string): Promise<Appended> {
    this.engine.apply({ type: 'forget', contributor });
    return this.ledger.erase(contributor);
  }

  async close(): Promise<void> {
    await this.ledger.close();
  }
}
