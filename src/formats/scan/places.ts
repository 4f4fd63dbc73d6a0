/**
 * Where things stand in the memory of the scanner in WebAssembly: one list for assembly/scan.ts, which writes
 * there, and wasm.ts, which reads. All are bytes from the start of the memory; nothing in it ever moves.
 */

/** Lines that are taken together: what is kept of them stays in the near caches. */
export const LINES = 1024;
/** The most columns of a table that is scanned. */
export const COLUMNS = 256;

/** What is done with a column. */
export const SOURCE_PART = 0;
export const TARGET_PART = 1;
/** Cells begin here: weight, kind, date, id of the event. */
export const WEIGHT_PART = 2;
export const KIND_PART = 3;
export const DATE_PART = 4;
export const ID_PART = 5;
export const UNUSED_PART = 6;

/** A secret that the hash of ids begins with, and the odd number it multiplies by: eight bytes each. */
export const KEY = 0;
export const FACTOR = 8;
/** Ids that are known, where the next goes, and the slots of the table less one. */
export const KNOWN = 16;
export const END = 20;
export const MASK = 24;
/** Bytes of the table at most and of the memory; 1 once an id could not be kept. */
export const TABLE_BYTES = 28;
export const MEMORY_BYTES = 32;
export const FULL = 36;
/** What is done with each column, a byte each. */
export const PARTS = 64;
/** Of the two ends of each line: where it begins and ends, its value where it is a number, index and hash. */
export const FROM = 512;
export const TO = 8704;
export const NUMBER = 16896;
export const INDEX = 25088;
export const HASH = 33280;
/** Of the ends that are not known: the same, and which end it is. */
export const MISSING_FROM = 41472;
export const MISSING_TO = 49664;
export const MISSING_NUMBER = 57856;
export const MISSING_INDEX = 66048;
export const MISSING_END = 74240;
/** The indices of both ends of each line. */
export const SOURCE = 82432;
export const TARGET = 86528;
/** Where each line begins, and where the next one does. */
export const BEGIN = 90624;
/** Where the cells of each line begin and end: those of the first kind of all lines, of the second, and so on. */
export const CELL_FROM = 94784;
export const CELL_TO = 111168;
/** The text, with room for reads past its end. */
export const TEXT = 131072;
export const TEXT_BYTES = 131072;
/** The hash table of ids, eight bytes a slot: hash and place. After it length, index and bytes of each, filled up to eights. */
export const TABLE = 266240;
