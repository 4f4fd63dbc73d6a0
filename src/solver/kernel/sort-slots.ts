/**
 * What stands where at the beginning of the memory while statements become columns there, by number: after
 * slots.ts, whose pointers are of no use yet. Read by TypeScript and, as it stands, by AssemblyScript: so
 * nothing but whole numbers may be written here.
 */

/** First byte of the words, 32 bits each. */
export const WORDS = 384;

/** The statements on the stage: contributors, weights (0 where none are carried), and where its parts are cut. */
export const SOURCE = 0;
export const TARGET = 1;
export const WEIGHT = 2;
/** Counts by contributor, one table after another, each of so many bytes. */
export const SAID = 3;
export const HEARD = 4;
export const TABLE_BYTES = 5;
/** By contributor: the row, and where that begins. */
export const ROW_OF = 6;
export const START_OF = 7;
/** By part and span: how many statements, then where the next one goes. */
export const COUNTS = 8;
export const SPANS = 9;
/** By place: the source and weight, and the place of the row in its span. */
export const SOURCES = 10;
export const WEIGHTS = 11;
export const PLACES = 12;
/** By span: where its statements begin and end. */
export const BEGINS = 13;
export const ENDS = 14;
/** The next span to sort. Only those of more than LEAST statements and at most MOST are. */
export const NEXT = 15;
export const LEAST = 16;
export const MOST = 17;
/** What each hand sorts in, and the bytes of it; the digits of sources. */
export const SCRATCH = 18;
export const SCRATCH_BYTES = 19;
export const PASSES = 20;
export const BITS = 21;
/** 1 once a pair is found that stands several times. */
export const REPEATED = 22;
export const WORD_COUNT = 23;

/** Operations. */
export const TALLY = 0;
export const COUNT = 1;
export const SCATTER = 2;
export const SORT = 3;

/** Bytes of the tables at the head of a scratch: statements by digit, and seen by row. */
export const DIGITS_BYTES = 8192;
export const SEEN_BYTES = 262144;
