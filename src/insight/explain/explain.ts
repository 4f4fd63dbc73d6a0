/**
 * Why a contributor has the trust it has: its mass taken apart by who handed it on last, by where it started
 * or by the chains it came along; what objections cost; and all that in words. Reads a settlement and changes
 * nothing. By endorser O(degree); by origin and path as much as their files say.
 */
import { unknownContributor } from '../nearest.ts';
import type { Evidence, Settlement, Statement } from '../settlement.ts';
import { objectionsOf, partsBelow } from './endorser.ts';
import type { ExplainedPart, ExplainedRest, ExplainOptions, Explanation } from './explanation.ts';
import { checkOptions } from './explanation.ts';
import { type Found, granted, largest } from './found.ts';
import { originsOf } from './origin.ts';
import { chainsOf } from './path.ts';
import { fitting, restOf, shareOf } from './sum.ts';
import { wordsOf } from './words.ts';

/** @throws PeerageError `unknown-contributor` with the nearest ids, `bad-option`. */
export function explain(settled: Settlement, id: string, options: ExplainOptions = {}): Explanation {
  const settlement = { ...settled, evidence: remembered(settled.evidence) };
  const { by, depth, breadth, tolerance } = checkOptions(options);
  const { solver, scores } = settlement;
  const row = settlement.row(id);
  if (row < 0) throw unknownContributor('contributor', id, idsOf(settlement));
  const { contributor, trust, rank, multiple, mass, standing } = scores.of(id)!;
  const voice = solver.voice(row) / solver.credentialSum;
  const chosen =
    by === 'endorser'
      ? { ...partsBelow(settlement, row, mass, { depth, breadth, tolerance, whole: mass }), error: 0 }
      : started(settlement, row, mass, { by, depth, breadth, tolerance });
  const unsaid = {
    contributor,
    by,
    sequence: scores.sequence,
    trust,
    rank,
    multiple,
    mass,
    voice,
    standing,
    bound: scores.bound,
    ...chosen,
    ...objectionsOf(settlement, row, { breadth, loss: mass - voice, whole: mass }),
  };
  return { ...unsaid, words: wordsOf(settlement, row, unsaid) };
}

/** The parts by where the mass started, or by the chains it came along. */
function started(
  settlement: Settlement,
  row: number,
  mass: number,
  { by, depth, breadth, tolerance }: Required<ExplainOptions>,
): { parts: ExplainedPart[]; others: ExplainedRest; error: number } {
  const { solver, evidence, id } = settlement;
  const searched =
    by === 'origin'
      ? { ...originsOf(settlement, row, tolerance), left: 0 }
      : chainsOf(settlement, row, { depth, breadth, tolerance });
  const chosen: Found[] = by === 'origin' ? largest(settlement, searched.found, breadth) : searched.found;
  const scale = fitting(
    solver.mass(row),
    searched.found.map((one) => one.mass),
  );
  const unit = scale / solver.credentialSum;
  const parts = chosen.map((one) => {
    const grants = by === 'origin' ? evidence.grants(one.row) : [];
    return {
      from: id(one.row),
      why: one.why,
      mass: one.mass * unit,
      share: shareOf(one.mass * unit, mass),
      ...(one.error !== undefined && { error: one.error * unit }),
      ...(grants.length > 0 && { statements: granted(grants) }),
      ...(one.path !== undefined && { path: one.path.map(id) }),
    };
  });
  const rest = restOf(
    mass,
    parts.map((part) => part.mass),
  );
  const count = searched.left + searched.found.length - chosen.length;
  return { parts, others: { count, mass: rest, share: shareOf(rest, mass) }, error: searched.error * unit };
}

/** The same evidence; what was said about a row is looked up once. */
function remembered(evidence: Evidence): Evidence {
  const known = new Map<number, Statement[]>();
  const about = (row: number) => {
    const statements = known.get(row) ?? evidence.about(row);
    known.set(row, statements);
    return statements;
  };
  return { ...evidence, about };
}

/** The contributors, those who say most first where the record was read at once. */
function* idsOf({ graph, id }: Settlement): Generator<string> {
  for (let row = 0; row < graph.order; row++) yield id(row);
}
