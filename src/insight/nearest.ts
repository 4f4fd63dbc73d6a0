/**
 * Which ids somebody may have meant who named one that is not there: the same but for upper and lower case,
 * those it is the beginning of, and those that few edits lead to (Levenshtein). Bounded work whatever the
 * community: at most 100,000 ids are looked at, so callers hand over first what is most likely meant.
 */
import { distance } from 'fastest-levenshtein';
import { PeerageError, quote } from '../error.ts';

/** Ids that are looked at, and that are told. */
const LOOKED = 100_000;
const TOLD = 3;
/** What is shorter is the beginning of too much, what is longer is not compared edit by edit. */
const SHORTEST = 3;
const LONGEST = 128;

/** Up to three ids that are like this one, the most alike first. */
export function nearest(id: string, ids: Iterable<string>): string[] {
  const wanted = id.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  const found: { id: string; edits: number }[] = [];
  let looked = 0;
  for (const candidate of ids) {
    if (++looked > LOOKED) break;
    const edits = editsBetween(wanted, candidate.toLowerCase(), found[TOLD - 1]?.edits ?? most + 1);
    if (edits > most || (found.length === TOLD && edits >= found[TOLD - 1]!.edits)) continue;
    let place = found.length;
    while (place > 0 && found[place - 1]!.edits > edits) place--;
    found.splice(place, 0, { id: candidate, edits });
    found.length = Math.min(found.length, TOLD);
  }
  return found.map(({ id }) => id);
}

/** Edits from one to the other, a beginning counting one; infinite where they are `enough` or more. */
function editsBetween(wanted: string, candidate: string, enough: number): number {
  if (wanted === candidate) return 0;
  const shorter = Math.min(wanted.length, candidate.length);
  if (shorter >= SHORTEST && (candidate.startsWith(wanted) || wanted.startsWith(candidate))) return 1;
  if (Math.abs(wanted.length - candidate.length) >= enough || wanted.length > LONGEST) return Infinity;
  return distance(wanted, candidate);
}

/** The refusal of an id that nobody has, with those that may have been meant. */
export function unknownContributor(field: string, id: string, ids: Iterable<string>): PeerageError {
  let empty = true;
  const seen = function* () {
    for (const one of ids) {
      empty = false;
      yield one;
    }
  };
  const near = nearest(id, seen()).map(quote);
  const meant = near.length > 1 ? `${near.slice(0, -1).join(', ')} or ${near.at(-1)}` : near[0];
  const reason = `${quote(id)} is not a contributor of this record${empty ? ', which has none' : ''}`;
  return new PeerageError(
    'unknown-contributor',
    meant === undefined ? reason : `${reason}; did you mean ${meant}?`,
    { field, value: id },
  );
}
