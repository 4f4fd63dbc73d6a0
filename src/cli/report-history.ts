/**
 * Trust over time: the record scored as it stood at dates evenly spread over it, all under the policy that is
 * in force now, so that what differs between them is what was said.
 */
import type { DatasetOptions, Dates, Source } from '../batch.ts';
import type { Policy } from '../policy.ts';
import type { Moment } from './report-data.ts';

const DATES = 12;

export interface HistoryRequest {
  /** Sources that can be read again each time they are asked for. */
  readonly sources: () => { files: Source[]; credentials: Source[] };
  readonly options: DatasetOptions;
  readonly policy: Policy;
  readonly dates: Dates;
  /** Whose trust is followed. */
  readonly followed: readonly string[];
}

/** The moments, or why there are none. */
export async function historyOf({
  sources,
  options,
  policy,
  dates: { first, last, undated },
  followed,
}: HistoryRequest): Promise<Moment[] | string> {
  if (Number.isNaN(first)) return 'the record has no dates';
  if (undated > 0) return `${undated} of its statements have no date`;
  if (first === last) return 'all of it is of one date';
  if (typeof options.until === 'number') return 'it is cut at a sequence, and not at a date';
  const { scoreDataset } = await import('../batch.ts');
  const moments: Moment[] = [];
  for (let k = 1; k <= DATES; k++) {
    const at = k === DATES ? last : Math.round(first + ((last - first) * k) / DATES);
    const { files, credentials } = sources();
    const data = await scoreDataset(files, { ...options, credentials, policy, until: new Date(at) });
    const trustOf = (contributor: string) => data.scores.of(contributor)?.trust ?? 0;
    moments.push({
      at,
      order: data.order,
      endorsements: data.endorsements,
      gini: data.held.gini,
      topShares: followed.map((contributor) => ({ contributor, trust: trustOf(contributor) })),
    });
  }
  return moments;
}
