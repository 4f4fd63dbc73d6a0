/**
 * Writes docs/attacks.md, and the tables of docs/policy.md between their marks, from attacks on the datasets
 * in ../shared/datasets: what every attack does under every scorer, how far seeds move the figures, what the
 * presets are like where nobody attacks, and other communities. Everything is drawn from fixed seeds.
 *
 *     npx tsx scripts/attacks.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { engineOfDataset } from '../src/batch.ts';
import { wrap } from '../src/cli/summary.ts';
import { type AttackReport, attackCommunity, type Outcome } from '../src/lab/lab.ts';
import { presets } from '../src/policy.ts';
import { attackedDataset, CREDENTIALS, DATASETS, drawn, FEW, SPREAD } from './attacks-data.ts';

const PRESETS = ['classic', 'guarded', 'resilient'] as const;
const SCORERS = [...PRESETS, 'mean-rating', 'pagerank'];
const path = (name: string) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
const whole = (count: number) => count.toLocaleString('en-US');
const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

type Cell = string | number;

function table(head: Cell[], rows: Cell[][]): string {
  const line = (cells: Cell[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, k) => (k === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Every attack by every scorer: one line each. */
function everything(report: AttackReport): string {
  return report.families
    .map(({ name, statement, source }) => {
      const rows = report.scenarios
        .filter(({ family }) => family === name)
        .map(({ name, cost, outcomes }) => [
          name,
          whole(cost.accounts),
          whole(cost.endorsements),
          cost.contributors,
          cost.credentials,
          cost.days,
          ...outcomes.map(cell),
        ]);
      const head = ['attack', 'fakes', 'bought', 'turned', 'credentials', 'days', ...report.scorers];
      const from = source === null ? '' : ` Source: ${source}.`;
      return `### ${name}\n\n${wrap(`${capital(statement)}.${from}`, 118).join('\n')}\n\n${table(head, rows)}\n`;
    })
    .join('\n');
}

function cell({ share, bound, auc, displaced, newcomersBelow }: Outcome): string {
  const most = bound === null ? '' : ` (${percent(bound)})`;
  return `${percent(share)}${most} / ${auc === null ? '-' : auc.toFixed(2)} / ${displaced} / ${newcomersBelow ?? '-'}`;
}

const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1);

/** Means over all attacks of a report, and the worst of them. */
function means({ scorers, scenarios }: AttackReport, name?: string): Cell[][] {
  return scorers.map((scorer, k) => {
    const all = scenarios.map(({ outcomes }) => outcomes[k]!);
    const aucs = all.flatMap(({ auc }) => auc ?? []);
    const lost = all.flatMap(({ targetsLost }) => targetsLost ?? []);
    return [
      ...(name === undefined ? [] : [name]),
      scorer,
      percent(mean(all.map(({ share }) => share))),
      percent(Math.max(...all.map(({ share }) => share))),
      mean(aucs).toFixed(3),
      Math.min(...aucs).toFixed(3),
      mean(all.map(({ displaced }) => displaced)).toFixed(1),
      mean(all.flatMap(({ newcomersBelow }) => newcomersBelow ?? [])).toFixed(1),
      percent(Math.max(...lost)),
    ];
  });
}

const MEANS = ['share', 'worst', 'AUC', 'worst', 'out', 'below', 'lost, worst'];

/** Two attacks by many seeds: the mean, and from the least to the most. */
function spread(): string {
  const rows = new Map<string, { share: number[]; auc: number[] }>();
  for (let seed = 1; seed <= SPREAD; seed++) {
    const { scenarios } = attackCommunity(drawn('ego-facebook', seed), {
      suite: ['random-5000', 'gullible-1000'],
      compare: PRESETS,
      seed,
    });
    for (const { name, outcomes } of scenarios) {
      for (const { scorer, share, auc } of outcomes) {
        const key = `${name} | ${scorer}`;
        const row = rows.get(key) ?? { share: [], auc: [] };
        row.share.push(share);
        row.auc.push(auc!);
        rows.set(key, row);
      }
    }
  }
  const prototype: Record<string, [string, string]> = {
    'random-5000 | classic': ['19.7%', '0.77'],
    'random-5000 | guarded': ['5.5%', '0.87'],
    'random-5000 | resilient': ['18.1%', '0.77'],
    'gullible-1000 | classic': ['1.3%', '0.994'],
    'gullible-1000 | guarded': ['0.2%', '0.993'],
    'gullible-1000 | resilient': ['1.1%', '0.993'],
  };
  const range = (values: number[], show: (value: number) => string) =>
    `${show(mean(values))} (${show(Math.min(...values))} to ${show(Math.max(...values))})`;
  const cells = [...rows].map(([key, { share, auc }]) => [
    ...key.split(' | '),
    range(share, percent),
    prototype[key]![0],
    range(auc, (value) => value.toFixed(3)),
    prototype[key]![1],
  ]);
  return table(['attack', 'preset', 'share', 'prototype', 'AUC', 'prototype'], cells);
}

/** What each preset is like where nobody attacks. */
async function peace(): Promise<Cell[][]> {
  const rows: Cell[][] = [];
  for (const { name, label } of DATASETS) {
    for (const count of name === 'ego-facebook' ? [CREDENTIALS, FEW] : [CREDENTIALS]) {
      for (const preset of PRESETS) {
        const { engine } = await engineOfDataset(attackedDataset(drawn(name, 1, count)), {
          policy: presets[preset],
        });
        const { held, waist, survival, issuers } = engine.audit({ walks: 20_000, seed: 1 });
        const holders = new Set(
          drawn(name, 1, count).flatMap((event) => (event.type === 'grant' ? event.target : [])),
        );
        let theirs = 0;
        for (const id of holders) theirs += engine.scores().of(id)!.trust;
        rows.push([
          label,
          count,
          preset,
          percent(theirs),
          percent(held.top1),
          whole(held.nakamoto50),
          waist.all.w50 === null ? '-' : whole(waist.all.w50),
          percent(survival['10']!),
          percent(issuers.earned),
        ]);
      }
    }
  }
  return rows;
}

function sound({ breaches }: AttackReport): void {
  if (breaches.length > 0) throw new Error(`above its bound: ${JSON.stringify(breaches)}`);
}

const facebook = attackCommunity(drawn('ego-facebook', 1), { compare: SCORERS, seed: 1 });
const summary = table(['scorer', ...MEANS], means(facebook));
const spreads = spread();
const quiet = table(
  [
    'community',
    'credentials',
    'preset',
    'holders have',
    'top 1% have',
    'hold half',
    'waist',
    'survives',
    'earned',
  ],
  await peace(),
);
const others: Cell[][] = [];
const without: Cell[][] = [];
for (const { name, label } of DATASETS) {
  const report =
    name === 'ego-facebook' ? facebook : attackCommunity(drawn(name, 1), { compare: SCORERS, seed: 1 });
  sound(report);
  others.push(...means(report, label));
  if (name !== 'ego-facebook') continue;
  const few = attackCommunity(drawn(name, 1, FEW), { compare: SCORERS, seed: 1 });
  sound(few);
  others.push(...means(few, `the same, ${FEW} credentials`));
}
const none = attackCommunity(drawn('ego-facebook', 1, 0), {
  suite: ['copy', 'spam', 'infiltrator'],
  compare: SCORERS,
  seed: 1,
});
for (const attackName of ['random-1000', 'random-5000', 'free-farm-1000', 'free-farm-10000', 'star']) {
  const { name, outcomes } = none.scenarios.find((scenario) => scenario.name === attackName)!;
  without.push([name, ...outcomes.map(({ share, auc }) => `${percent(share)} / ${auc!.toFixed(2)}`)]);
}
const byCommunity = table(['community', 'scorer', ...MEANS], others);
const uncredentialed = table(['attack', ...SCORERS], without);

writeFileSync(
  path('attacks.md'),
  `# Attacks, measured

Written by \`npx tsx scripts/attacks.ts\`; changes by hand are lost. The community is ego-facebook (SNAP): ${whole(facebook.order)}
contributors, each friendship read as an endorsement both ways (${whole(facebook.endorsements)} of them), ${facebook.credentials} credentials drawn at
random. Seed 1. \`peerage attack\` runs the same on any record; \`peerage attack --list\` says what each attack does.

Each cell: the fakes' share of all trust (in brackets the most that is proven possible) / AUC, the chance that an honest
contributor stands above a fake / honest contributors who are no longer in the top hundred / how many of the ${facebook.newcomers} least
endorsed contributors stand below the middle fake. Turned: contributors who act for the attacker, and those of them who hold
credentials. Ties count half in the AUC and are otherwise nobody's gain; so
\`mean-rating\`, which knows nothing but 1 here, is blind (0.50) and displaces nobody.

## On average and at worst

${summary}

Share: of all trust, that fakes have; out: honest contributors no longer in the top hundred; below: newcomers below the
middle fake; lost: the part of their score that those who were attacked lost.

## Every attack

${everything(facebook)}
## How far chance moves the figures

${SPREAD} seeds, each with other credentials and other attacks; the mean, and in brackets the least and the most. Beside it what
an independent prototype of the equations gave for one draw.

${spreads}

## Where no credential is in force

Share / AUC on the same community without credentials: every account has restart of its own, a fake one too, and no preset
can help.

${uncredentialed}
`,
);

let policy = readFileSync(path('policy.md'), 'utf8');
for (const [name, text] of Object.entries({ quiet, byCommunity, uncredentialed })) {
  const mark = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(\\n<!-- end -->)`);
  if (!mark.test(policy)) throw new Error(`docs/policy.md has no place for ${name}`);
  policy = policy.replace(mark, (_, before, after) => `${before}\n${text}\n${after}`);
}
writeFileSync(path('policy.md'), policy);
