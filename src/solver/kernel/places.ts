/**
 * What stands where in the buffer of a pool, in bytes and by number. Read by TypeScript and, as it stands,
 * by AssemblyScript: so nothing but whole numbers may be written here.
 */

/** Words: the highest bucket that may hold a row, the least one in use, and pointers (bytes) to columns. */
export const WORDS_AT = 192;
export const TOP = 0;
export const LOWEST = 1;
export const ORDER = 2;
export const STARTS = 3;
export const ENDS = 4;
export const OTHERS = 5;
export const WEIGHTS = 6;
export const SAYS = 7;
export const HEARS = 8;
/** 1 where weights are bytes, not doubles. */
export const BYTES = 11;
/** Room of a pass over all edges: two numbers a row, and a copy of one a row, 0 where all are 1. */
export const ARRIVALS = 9;
export const CREDENTIALS = 10;
export const WORD_COUNT = 16;

/** First and last row of each bucket, then the cells. */
export const BUCKETS = 2048;
export const HEADS_AT = 256;
export const TAILS_AT = 8448;
export const CELLS_AT = 16640;

/** Running sums, at the beginning. */
export const PENDING = 0;
export const SIGNED = 1;
export const VOICES = 2;
export const MASS = 3;
export const EXCESS = 4;
export const DRIFT = 5;
export const RATE = 6;
export const TOUCHES = 7;
/** The constants of the equations; 1 where there is a cap, and where mass is voice; the unit of rounding. */
export const DAMPING = 8;
export const BACK = 9;
export const CEILING = 10;
export const OBJECTION = 11;
export const CAPPED = 12;
export const FREE = 13;
export const UNIT = 14;
/** All distrust, as it was last summed. */
export const DISTRUST = 15;
export const NUMBER_COUNT = 24;

/**
 * A cell of 8 numbers a row, one cache line: arrivals with restart, distrust, f D, the pending from which
 * the row has to be put (higher) into the queue (infinite where nothing is said), f, D, links of the queue.
 */
export const S = 0;
export const Z = 1;
export const G = 2;
export const T = 3;
export const F = 4;
export const D = 5;
export const CELL = 8;
/** The 32-bit words of a cell; where the links and the bucket of the queue and the out-degree + 2 stand. */
export const CELL_WORDS = 16;
export const NEXT = 12;
export const PREVIOUS = 13;
export const BUCKET = 14;
export const DEGREE = 15;
