/**
 * An explanation in three sentences: where most of the trust comes from, where the rest comes from, and what
 * objections leave and where that stands. Shares of mass are shares of trust too, since objections take the
 * same part of whatever arrived. Says nobody's sex, and nothing that the numbers do not say.
 */
import type { Score } from '../../scores.ts';
import type { Settlement, Statement } from '../settlement.ts';
import type { ExplainedPart, Explanation } from './explanation.ts';
import { bySource } from './found.ts';
import { capital, list, many, name, occasions, percent, share, whole } from './phrases.ts';

/** Parts that are named in the second sentence. */
const NAMED = 3;
const UNIT = { endorser: 'endorser', origin: 'origin', path: 'chain' } as const;

/** What sentences are made of: an explanation that has everything else. */
type Unsaid = Omit<Explanation, 'words'>;

export function wordsOf(settlement: Settlement, row: number, unsaid: Unsaid): string[] {
  const score = settlement.scores.of(unsaid.contributor)!;
  const statements = () => settlement.evidence.about(row);
  const who = name(unsaid.contributor);
  return [...comesFrom(settlement, unsaid, who, statements), standsAt(settlement, unsaid, score, statements)];
}

function comesFrom(
  settlement: Settlement,
  unsaid: Unsaid,
  who: string,
  statements: () => readonly Statement[],
): [string, string] {
  const { mass, parts, others, by, error } = unsaid;
  if (!(mass > 0)) return fromNowhere(who, statements);
  const told = parts.filter((part) => part.mass > 0);
  const [first] = told;
  if (first === undefined) {
    return [
      `The trust of ${who} comes from so many that no ${UNIT[by]} stands out.`,
      `None of them brings more than ${percent(error / mass)} of it.`,
    ];
  }
  const rest = told.slice(1, 1 + NAMED);
  const texts = rest.map((part) => `${source(part, who)} (${share(part.share)})`);
  const left = 1 - first.share - rest.reduce((sum, part) => sum + part.share, 0);
  const unnamed = told.length - 1 - rest.length + others.count;
  if (left > 1e-9 && (unnamed > 0 || by !== 'endorser')) {
    const untold = {
      endorser: many(unnamed, 'other'),
      origin: unnamed > 0 ? 'starts that are smaller or were not traced' : 'starts that were not traced',
      path: 'all other chains',
    };
    texts.push(`${untold[by]} (${share(left)})`);
  }
  return [
    leading(settlement, first, who, statements),
    texts.length === 0 ? 'Nothing else adds to it.' : `The rest comes from ${list(texts)}.`,
  ];
}

function fromNowhere(who: string, statements: () => readonly Statement[]): [string, string] {
  const endorsers = new Set(
    statements()
      .filter(({ against }) => !against)
      .map(({ source }) => source),
  ).size;
  const why =
    endorsers === 0
      ? `nobody has endorsed ${who}`
      : `the ${endorsers === 1 ? 'one contributor' : `${whole(endorsers)} contributors`} who endorsed ${who} had nothing to pass on`;
  return [
    `Nothing gives ${who} any trust: ${why}, and ${who} holds no credential.`,
    'Trust starts at credentials and reaches whom their holders endorse, and whom those endorse in turn.',
  ];
}

/** The strongest part, in a sentence of its own. */
function leading(
  { evidence, solver, row }: Settlement,
  part: ExplainedPart,
  who: string,
  statements: () => readonly Statement[],
): string {
  const of = `${capital(share(part.share))} of ${who}'s trust`;
  switch (part.why) {
    case 'endorsed': {
      const said = bySource(statements(), false)(row(part.from!));
      return `${of} comes from ${name(part.from!)}, who endorsed ${who} ${occasions(said)}.`;
    }
    case 'equal':
      return `${of} is the start that every contributor has, as no credential is in force.`;
    case 'earned':
      return `${of} is earned: restart that comes back to ${who} for the trust ${who} has.`;
    case 'origin': {
      const began = `${of} started at ${name(part.from!)}`;
      if (solver.uniform) return `${began}, in the start that every contributor has.`;
      return `${began}, who holds ${credentials(evidence.grants(row(part.from!)))}.`;
    }
    case 'path':
      if (part.path!.length === 1) return `${of} is restart of ${who}'s own, which nobody handed on.`;
      return `${of} came along the strongest chain of endorsements, ${chain(part)}.`;
    case 'credential':
      return `${of} comes from ${credentials(part.statements!)}.`;
  }
}

/** What a part comes from, in a few words. */
function source(part: ExplainedPart, who: string): string {
  if (part.why === 'credential') return credentials(part.statements!);
  if (part.why === 'equal') return 'the start that every contributor has';
  if (part.why === 'earned') return 'earned restart';
  if (part.why === 'path') return part.path!.length === 1 ? `${who}'s own restart` : chain(part);
  return name(part.from!);
}

function chain({ path }: ExplainedPart): string {
  return path!.map(name).join(' -> ');
}

/** "a credential granted by the-board", "2 credentials". */
function credentials(grants: readonly { readonly issuer?: string }[]): string {
  const issuers = [...new Set(grants.map(({ issuer = '' }) => issuer))];
  const what = grants.length === 1 ? 'a credential' : many(grants.length, 'credential');
  if (issuers.includes('') || issuers.length > 3) return what;
  return `${what} granted by ${list(issuers.map(name))}`;
}

function standsAt(
  { scores, row }: Settlement,
  { contributor, mass, trust, objections, otherObjections, voice }: Unsaid,
  { rank, rankFrom, rankTo }: Score,
  statements: () => readonly Statement[],
): string {
  const who = name(contributor);
  const place =
    rankFrom === rankTo
      ? `rank ${whole(rank)} of ${whole(scores.length)}`
      : `somewhere from rank ${whole(rankFrom)} to ${whole(rankTo)} of ${whole(scores.length)}`;
  const has = `${trust > 0 ? percent(trust) : 'no part'} of all trust, ${place}`;
  const count = objections.length + otherObjections.count;
  if (count === 0) return `Nobody objects to ${who}, who has ${has}.`;
  const lost = mass > 0 ? 1 - voice / mass : 0;
  const all = `${count === 1 ? 'One contributor objects' : `${whole(count)} contributors object`} to ${who}`;
  if (!(lost > 0)) return `${all}, which costs nothing: ${who} has ${has}.`;
  const [worst] = objections;
  const said = occasions(bySource(statements(), true)(row(worst!.from)));
  const by =
    count === 1
      ? `${name(worst!.from)} objects to ${who}`
      : `${all}, ${name(worst!.from)} at the highest cost`;
  return `${by} (${said}), which takes away ${share(lost)} of what arrived and leaves ${has}.`;
}
