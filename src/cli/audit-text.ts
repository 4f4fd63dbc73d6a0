/**
 * An audit as text for a terminal of 80 columns: figures by heading, names with their shares, and at the end
 * what is worth saying. Shows no more digits than were measured, and says how far sampling may be off.
 */
import type { Audit, NamedWaist } from '../insight/audited.ts';
import type { Policy } from '../policy.ts';
import { type colours, printable } from './output.ts';
import { figures, many, percent, policyLine, whole, wrap } from './summary.ts';
import { name } from './table.ts';

interface Look {
  colour: ReturnType<typeof colours>;
  width: number;
}

const INDENT = 15;

/** All that is printed, in pieces that end with a line end. */
export function* renderAudit(audit: Audit, policy: Policy, { colour, width }: Look): Generator<string> {
  const paragraph = (heading: string, text: string): string => {
    const lines = wrap(printable(text), Math.max(30, width - INDENT));
    return `${colour.bold(heading.padEnd(INDENT))}${lines.join(`\n${' '.repeat(INDENT)}`)}\n`;
  };
  const { order, size, sequence, bound, held, waist, survival, seed } = audit;
  yield paragraph(
    'record',
    `${many(order, 'contributor')}, ${many(size, 'endorsed pair')} (${many(sequence, 'event')} read)`,
  );
  if (order > 0) {
    yield paragraph(
      'held',
      `${many(held.nakamoto50, 'contributor')} ${held.nakamoto50 === 1 ? 'holds' : 'hold'} half of all trust; the top 1% hold ${percent(held.top1)}, the top 10% ${percent(held.top10)}; Gini ${held.gini.toFixed(2)}; as spread out as among ${whole(Math.round(held.effective))} equals`,
    );
    yield paragraph('waist', waistLine(audit));
    if (waist.all.deliveries > 0) {
      yield* carriers(waist.all, waist.peers, { colour, width });
      yield paragraph(
        'survival',
        `without the strongest carrier ${percent(survival['1']!)} of the deliveries would still arrive, without ten ${percent(survival['10']!)}, without a hundred ${percent(survival['100']!)}`,
      );
    }
    for (const { contributor, passes, reaches, ends } of audit.through) {
      yield paragraph(
        'passes through',
        `${name(contributor)}: ${percent(passes)} of all trust (${percent(reaches)} comes to it, ${percent(ends)} ends there; exact)`,
      );
    }
    yield paragraph('issuers', issuersLine(audit));
    yield* groups(audit, paragraph);
    if (audit.mobility !== null) yield paragraph('mobility', mobilityLine(audit.mobility));
    yield paragraph(
      'measured',
      `${many(waist.walks, 'walk')} with seed ${seed}, of which ${whole(waist.all.deliveries)} of one half were deliveries to report on${waist.all.deliveries > 0 ? `: shares of deliveries are within ${percent(waist.error)} in 95 of 100 cases` : ''}; all else is as exact as the scores, within ${figures(bound)}`,
    );
  }
  yield paragraph('policy', policyLine(policy));
  yield '\n';
  if (audit.findings.length === 0) yield paragraph('findings', 'nothing is beyond its threshold');
  for (const [at, { text }] of audit.findings.entries())
    yield paragraph(at === 0 ? 'findings' : '', `- ${text}`);
}

function waistLine({ waist }: Audit): string {
  const { all, peers, hourglass } = waist;
  if (all.w50 === null) return 'none: no trust is delivered to anybody';
  const stands = (count: number) => (count === 1 ? 'stands' : 'stand');
  const sure = (share: number, error: number) => `${percent(share)} +-${percent(error)}`;
  const first =
    `${many(all.w50, 'contributor')} ${stands(all.w50)} in half of all deliveries of trust ` +
    `(measured ${sure(all.intercepted50, all.error50)}), ${whole(all.w90!)} in nine tenths`;
  const second =
    peers.w50 === null
      ? 'nothing passes through anybody but holders of credentials'
      : `without holders of credentials ${whole(peers.w50)} and ${whole(peers.w90!)}`;
  const third =
    hourglass === null ? '' : `; hourglass ${hourglass.toFixed(2)} (near 1: held by many, delivered by few)`;
  return `${first}; ${second}${third}`;
}

/** Two lists side by side in one table: all carriers, and peers alone. */
function* carriers(all: NamedWaist, peers: NamedWaist, { colour, width }: Look): Generator<string> {
  const rows = Math.max(all.carriers.length, peers.carriers.length);
  if (rows === 0) return;
  const room = Math.max(12, Math.floor((width - INDENT - 30) / 2));
  const cell = (waist: NamedWaist, at: number): string => {
    const one = waist.carriers[at];
    if (one === undefined) return ' '.repeat(room + 14);
    const id = Array.from(name(one.contributor) + (one.credential ? '*' : ''));
    const text = id.length > room ? `${id.slice(0, room - 1).join('')}…` : id.join('').padEnd(room);
    return `${text}${percent(one.share).padStart(7)}${percent(one.together).padStart(7)}`;
  };
  const heads = ['carriers', 'peers'].map(
    (head) => `${head.padEnd(room)}${'alone'.padStart(7)}${'sum'.padStart(7)}`,
  );
  yield `${' '.repeat(INDENT)}${colour.dim(heads.join('  '))}\n`;
  for (let at = 0; at < rows; at++) {
    yield `${' '.repeat(INDENT)}${cell(all, at)}  ${cell(peers, at)}`.trimEnd().concat('\n');
  }
  if (all.carriers.some(({ credential }) => credential)) {
    yield `${' '.repeat(INDENT)}${colour.dim('* holds a credential')}\n`;
  }
}

function issuersLine({ issuers }: Audit): string {
  const { holders, list, granted, earned, largest } = issuers;
  if (holders.count === 0)
    return 'none: no credential is in force, so everybody counts alike, fake accounts too';
  const named = list
    .slice(0, 5)
    .map(
      ({ issuer, mass, holders: count }) =>
        `${issuer === '' ? 'without a name' : name(issuer)} ${percent(mass)} (${many(count, 'holder')})`,
    );
  const more = list.length > 5 ? `, and ${list.length - 5} more` : '';
  const first = largest.slice(0, 3).map(({ contributor, share }) => `${name(contributor)} ${percent(share)}`);
  return (
    `of all mass ${percent(granted)} began at credentials and ${percent(earned)} at earned restart; by issuer: ${named.join(', ')}${more}; ` +
    `${many(holders.count, 'holder')}, of whom ${whole(holders.fewest)} ${holders.fewest === 1 ? 'has' : 'have'} ${percent(holders.share)}; the largest: ${first.join(', ')}`
  );
}

function* groups({ groups }: Audit, paragraph: (heading: string, text: string) => string): Generator<string> {
  for (const { group, members, mass, bound, used, inflow, outflow, trust } of groups.named) {
    yield paragraph(
      'group',
      `${name(group)}: ${many(members, 'member')}, ${percent(trust)} of trust; mass ${share(mass)} of at most ${share(bound)} (${percent(used)} of the bound); flow in ${share(inflow)}, out ${share(outflow)}`,
    );
  }
  if (groups.skipped !== null) yield paragraph('closed groups', `not looked for: ${groups.skipped}`);
  else if (groups.suspicious.length === 0) yield paragraph('closed groups', 'none found');
  for (const one of groups.suspicious.slice(0, 5)) {
    const { examples, members, trust, used, kept, inflow } = one;
    const rest = members > 3 ? ', ...' : '';
    yield paragraph(
      'closed group',
      `${many(members, 'member')} (${examples.slice(0, 3).map(name).join(', ')}${rest}), ${percent(trust)} of trust; keeps ${percent(kept)}, uses ${percent(used)} of its bound; flow in ${share(inflow)}`,
    );
  }
}

function mobilityLine({
  since,
  newcomers,
  newcomersShare,
  spearman,
  kendall,
  rose,
  fell,
}: NonNullable<Audit['mobility']>): string {
  const agree =
    spearman === null
      ? 'nothing to compare'
      : `order agrees ${spearman.toFixed(2)} (Spearman), ${kendall!.toFixed(2)} (Kendall)`;
  const moved = (movers: typeof rose) =>
    movers.length === 0
      ? 'nobody'
      : movers
          .slice(0, 3)
          .map(
            ({ contributor, before, trust }) =>
              `${name(contributor)} ${percent(before)} to ${percent(trust)}`,
          )
          .join(', ');
  return `since event ${whole(since)}: ${many(newcomers, 'newcomer')} with ${percent(newcomersShare)} of trust; ${agree}; rose: ${moved(rose)}; fell: ${moved(fell)}`;
}

/** A share that may be above 1. */
function share(part: number): string {
  return part > 1 ? `${(part * 100).toFixed(0)}%` : percent(part);
}
