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
export const PLUS = 12;
export const MINUS = 13;
/** Where the sources of a row begin that its own component holds, and what arrives from all others. */
export const INNER = 14;
export const BASE = 15;
/** Sums by slot, SUMS of them each. */
export const PARTS = 16;
export const SWEEP_CUTS = 17;
export const PASS_CUTS = 18;
/** Columns of the acceleration, two strips each: mass, then distrust. */
export const BEFORE = 19;
export const CHANGE = 20;
export const ARRIVAL = 21;
/** Three of each, from here on. */
export const CHANGES = 22;
export const ARRIVALS = 25;
/** Not pointers but row numbers: the order, and the first row that says nothing. */
export const ORDER = 28;
export const SILENT = 29;
export const POINTER_COUNT = 30;

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
export const ARRIVE = 3;
export const PASS_ON = 4;
export const SCALE = 5;
export const SCALE_MASS = 6;
export const EXCESS = 7;
export const REMEMBER = 8;
export const LOOK = 9;
export const STEP = 10;
export const INFLOW = 11;
export const JUDGE = 12;
export const SPEAK = 13;
