/**
 * What stands where at the beginning of the memory of a solve, by number. Read by TypeScript and, as it
 * stands, by AssemblyScript: so nothing but whole numbers may be written here.
 */

/** First byte of the pointers (32 bits each), and of the numbers (64 bits each); columns come after. */
export const POINTERS = 64;
export const NUMBERS = 256;
export const COLUMNS = 512;

/** Pointers: the byte at which a column begins, 0 for one that there is not. */
export const OFFSETS = 0;
export const SOURCES = 1;
export const WEIGHTS = 2;
export const AGAINST_OFFSETS = 3;
export const AGAINST_SOURCES = 4;
export const AGAINST_WEIGHTS = 5;
export const DEMAND = 6;
export const WITHIN = 7;
export const CREDENTIALS = 8;
export const MASS = 9;
export const DISTRUST = 10;
export const FLOW = 11;
/** Flows as the last sweep left them; 0 where one block is all. */
export const KEPT = 12;
export const PLUS = 13;
export const MINUS = 14;
/** Where the sources of a row begin that its own component holds, and what arrives from all others. */
export const INNER = 15;
export const BASE = 16;
/** Sums by slot, SUMS of them each. */
export const PARTS = 17;
export const SWEEP_CUTS = 18;
export const PASS_CUTS = 19;
/** Columns of the acceleration, two strips each: mass, then distrust. */
export const BEFORE = 20;
export const CHANGE = 21;
export const ARRIVAL = 22;
/** Three of each, from here on. */
export const CHANGES = 23;
export const ARRIVALS = 26;
/** Not pointers but row numbers: the order, and the first row that says nothing. */
export const ORDER = 29;
export const SILENT = 30;
export const POINTER_COUNT = 31;

/** Numbers. */
export const DAMPING = 0;
export const RATE = 1;
export const SHARE = 2;
export const BACK = 3;
export const CEILING = 4;
export const OBJECTION = 5;
export const SIGMA = 6;
export const PER_CREDENTIAL = 7;
/** What acceleration takes of each of its columns, and which of them is the newest. */
export const PART = 8;
export const NEWEST = 11;
export const NUMBER_COUNT = 12;

/** Sums that a block leaves in its slot. */
export const SUMS = 8;

/** Operations. */
export const SWEEP = 0;
export const SWEEP_INNER = 1;
export const GATHER_BASE = 2;
export const SCALE = 3;
export const SCALE_MASS = 4;
export const EXCESS = 5;
export const REMEMBER = 6;
export const LOOK = 7;
export const STEP = 8;
export const INFLOW = 9;
export const JUDGE = 10;
export const ENCODE = 11;
