/** The store in memory keeps what every store promises. */
import { openStore } from '../../src/ledger.ts';
import { conforms } from './conformance.ts';

conforms('a store in memory', async () => ({ durable: false, open: () => openStore('memory:') }), 150);
