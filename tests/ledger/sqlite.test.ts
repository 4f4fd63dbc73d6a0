/** The store in a SQLite file keeps what every store promises. */
import { openStore } from '../../src/ledger.ts';
import { conforms } from './conformance.ts';
import { folder } from './places.ts';

const file = folder();

conforms(
  'a store in a SQLite file',
  async () => {
    const path = file();
    return { durable: true, open: () => openStore(path) };
  },
  15,
);
