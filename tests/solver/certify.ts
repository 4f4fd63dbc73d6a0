/**
 * The certificate, checked on many random ledgers: what scripts/certify.ts runs by the thousand and the
 * tests by the hundred. A violation is a true distance beyond the published bound plus the allowance of
 * tests/witness/allowance.ts, which is for the rounding of weights and nothing else.
 */
import fc from 'fast-check';
import { massAllowance, trustAllowance } from '../witness/allowance.ts';
import { cases } from '../witness/arbitraries.ts';
import { certified, distance, fixedPoint, l1, region } from '../witness/fixed-point.ts';
import { type Ledger, replay } from '../witness/record.ts';
import { publish } from './published.ts';

const TOLERANCES = [1e-2, 1e-6, 1e-9];

export interface Report {
  ledgers: number;
  seed: number;
  /** Comparisons of scores with the witness, and of sets with the region bound. */
  certificates: number;
  regions: number;
  /** Answers whose bound is wider than what was asked for: where Float64 has no room for it. */
  wide: number;
  /** Largest true error over bound, where the bound is far above rounding. */
  worst: number;
  violations: { title: string; ledger: Ledger }[];
}

export function certify(count: number, seed: number): Report {
  const report: Report = {
    ledgers: 0,
    seed,
    certificates: 0,
    regions: 0,
    wide: 0,
    worst: 0,
    violations: [],
  };
  for (const ledger of fc.sample(cases(), { numRuns: count, seed })) {
    report.ledgers++;
    const record = replay(ledger);
    const order = record.ids.length;
    if (order === 0) continue;
    const exact = fixedPoint(record);
    const violation = (title: string) =>
      report.violations.push({ title: `ledger ${report.ledgers - 1}: ${title}`, ledger });

    for (const tolerance of TOLERANCES) {
      const told = publish(ledger, record, tolerance);
      const allowance = trustAllowance(record);
      const massSlack = massAllowance(record, told.voice);

      report.certificates++;
      const error = l1(told.trust, exact.trust);
      if (!(error <= told.bound + allowance)) violation(`trust is off by ${error}, bound ${told.bound}`);
      if (told.bound > 100 * allowance) report.worst = Math.max(report.worst, error / told.bound);
      if (told.bound > tolerance) report.wide++;
      const off = distance(record, told, exact);
      if (!(off <= told.massBound + massSlack)) violation(`mass is off by ${off}, bound ${told.massBound}`);

      // Sets of contributors by a multiplicative sequence: no two ledgers in step, every run the same.
      for (let n = 1; n <= 8; n++) {
        const bits = Math.imul(report.ledgers * 8 + n, 0x9e3779b1) >>> 20;
        const inside = record.ids.map((_, v) => ((bits >> v) & 1) === 1);
        const { mass, limit } = region(record, told, inside);
        report.regions++;
        const slack = told.massBound + certified(record, massSlack);
        if (!(mass <= limit + slack)) violation(`set ${bits.toString(2)} holds ${mass}, limit ${limit}`);
      }
    }
  }
  return report;
}

export function summary({ ledgers, seed, certificates, regions, wide, worst, violations }: Report): string {
  return (
    `${ledgers} ledgers (seed ${seed}): ${violations.length} violations in ${certificates} certificates ` +
    `and ${regions} region bounds; worst true error / bound ${worst.toFixed(4)}; ` +
    `${wide} answers wider than asked`
  );
}
