/** The pictures of a community: how trust is held, through whom it flows, how both moved, what a dial would do. */
import type {
  DialPart,
  DialPoint,
  HeldPart,
  Moment,
  Point,
  ReportData,
  Waist,
  WaistPart,
} from '../src/cli/report-data.ts';
import { figure, type Line, legend, plot, table } from './chart.ts';
import { element, named, shortened } from './element.ts';
import { day, many, percent, whole } from './numbers.ts';

const share = (value: number) => `${Math.round(value * 100)}%`;
const SHARE = { domain: [0, 1], format: share } as const;

/** At most so many of the points, first and last among them. */
function thinned(points: readonly Point[], count: number): readonly Point[] {
  if (points.length <= count) return points;
  return Array.from(
    { length: count },
    (_, k) => points[Math.round((k * (points.length - 1)) / (count - 1))]!,
  );
}

export function lorenz({ lorenz, gini, top1, top10, nakamoto50 }: HeldPart): HTMLElement {
  const lines: Line[] = [
    { name: 'this community', points: lorenz, style: 1 },
    {
      name: 'if all had the same',
      points: [
        [0, 0],
        [1, 1],
      ],
      style: 4,
    },
  ];
  const words = `Gini ${gini.toFixed(2)}: the top 1% hold ${percent(top1)} of all trust, the top 10% hold ${percent(top10)}`;
  return figure(
    'How trust is held',
    [
      legend(lines),
      plot({
        x: { ...SHARE, label: 'share of the contributors, least trusted first' },
        y: { ...SHARE, label: 'share of trust' },
        lines,
        words: `Lorenz curve. ${words}.`,
      }),
    ],
    [
      `The lower the curve bends, the fewer hold the trust. ${words}; ${many(nakamoto50, 'contributor')} together hold half.`,
    ],
    table(
      'Lorenz curve',
      ['Contributors, least trusted first', 'Trust they hold'],
      thinned(lorenz, 21).map(([x, y]) => [percent(x), percent(y, 2)]),
    ),
  );
}

export function waist(part: WaistPart): HTMLElement {
  const { all, peers, walks, error, hourglass, holdersFrom } = part;
  const without = holdersFrom > 0 ? ` (or with less than ${percent(holdersFrom, 2)} of all credentials)` : '';
  const lines: Line[] = [
    { name: 'all carriers', points: all.curve, style: 1, steps: true },
    { name: 'peers only, credential holders not counted', points: peers.curve, style: 2, steps: true },
  ];
  const most = Math.max(2, ...lines.flatMap(({ points }) => points.map(([k]) => k)));
  const fewest = ({ w50, w90 }: Waist) =>
    `${count(w50)} stand in half of all deliveries, ${count(w90)} in 90%`;
  const words = `All carriers: ${fewest(all)}. Peers only: ${fewest(peers)}`;
  const steps = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000].filter((k) => k <= most);
  const at = (curve: readonly Point[], k: number) => curve.findLast(([carriers]) => carriers <= k)?.[1];
  const cell = (curve: readonly Point[], k: number) => {
    const value = at(curve, k);
    return value === undefined ? '' : percent(value);
  };
  return figure(
    'The waist: through whom trust flows',
    [
      legend(lines),
      plot({
        x: { label: 'the k strongest carriers', domain: [1, most], log: true, format: whole },
        y: { ...SHARE, label: 'deliveries they stand in' },
        lines,
        guides: [
          { axis: 'y', at: 0.5, label: '' },
          { axis: 'y', at: 0.9, label: '' },
        ],
        words: `Waist curve. ${words}.`,
      }),
    ],
    [
      `${words}. A delivery is a walk along endorsements that ends at a contributor without a credential${without}${hourglass === null ? '' : `; the hourglass index is ${hourglass.toFixed(2)} (0 as wide as it is held, near 1 through a few)`}. `,
      `Measured on ${whole(walks)} walks, each share within ${percent(error)} with 95% confidence.`,
    ],
    table(
      'Waist curve',
      ['Strongest carriers', 'Deliveries, all', 'Deliveries, peers only'],
      steps.map((k) => [whole(k), cell(all.curve, k), cell(peers.curve, k)]),
    ),
  );
}

function count(value: number | null): string {
  return value === null ? 'no number of them can' : whole(value);
}

/** Who carries most, and what is left without them. */
export function carriers(data: ReportData, link: (id: string) => HTMLElement): HTMLElement {
  const { all, peers } = data.waist!;
  const list = (title: string, { carriers }: Waist) =>
    element(
      'div',
      {},
      element('h4', {}, title),
      table(
        title,
        ['Carrier', 'Deliveries it stands in'],
        carriers.slice(0, 8).map((each) => [link(each.contributor), percent(each.share)]),
      ),
    );
  return element(
    'div',
    { class: 'card' },
    element('h3', {}, 'The strongest carriers'),
    element('p', { class: 'faint' }, 'In the order in which they add most to those before them.'),
    element('div', { class: 'columns' }, list('All', all), list('Peers only', peers)),
    data.survival &&
      element(
        'p',
        {},
        'Of all deliveries there would still be ',
        data.survival
          .map(([k, left]) => `${percent(left)} without the ${k === 1 ? 'first' : `first ${whole(k)}`}`)
          .join(', '),
        '.',
      ),
  );
}

export function history(moments: readonly Moment[]): HTMLElement {
  const first = moments[0]!.at;
  const last = moments.at(-1)!.at;
  const followed = moments.at(-1)!.topShares.map(({ contributor }) => contributor);
  const years = yearsBetween(first, last);
  const time = {
    label: '',
    domain: [first, last],
    ...(years.length > 2 && { ticks: years }),
    format: (at: number) => day(at).slice(0, years.length > 2 ? 4 : 10),
  } as const;
  const lines: Line[] = followed.map((contributor, k) => ({
    name: named(shortened(contributor)),
    points: moments.map(({ at, topShares }) => [at, topShares[k]!.trust]),
    style: k + 1,
    dots: true,
  }));
  const highest = Math.max(...lines.flatMap(({ points }) => points.map(([, trust]) => trust)));
  const concentration: Line[] = [
    { name: 'Gini', points: moments.map(({ at, gini }) => [at, gini]), style: 1, dots: true },
  ];
  const words = `From ${day(first)} to ${day(last)} the Gini went from ${moments[0]!.gini.toFixed(2)} to ${moments.at(-1)!.gini.toFixed(2)}`;
  return figure(
    'Trust over time',
    [
      element(
        'div',
        { class: 'columns' },
        element(
          'div',
          {},
          element('h4', {}, 'How unequally trust is held (Gini)'),
          plot({
            x: time,
            y: { ...SHARE, label: 'Gini', format: (value) => value.toFixed(1) },
            lines: concentration,
            words: `${words}.`,
            height: 220,
          }),
        ),
        element(
          'div',
          {},
          element('h4', {}, `What the ${whole(followed.length)} most trusted of the last day had`),
          plot({
            x: time,
            y: { label: 'trust', domain: [0, highest * 1.05], format: (value) => percent(value, 1) },
            lines,
            words: `Shares of trust of the ${followed.length} most trusted, over time; the table holds the figures.`,
            height: 220,
          }),
          legend(lines),
        ),
      ),
    ],
    [
      `${words}. Each dot is the record as it stood on that day, scored anew; credentials without a date are in force on all of them.`,
    ],
    table(
      'Trust over time',
      ['Date', 'Endorsements', 'Gini', ...followed.map((id) => named(shortened(id, 10)))],
      moments.map(({ at, endorsements, gini, topShares }) => [
        day(at),
        whole(endorsements),
        gini.toFixed(3),
        ...topShares.map(({ trust }) => percent(trust, 2)),
      ]),
    ),
    'wide',
  );
}

/** The first moments of years. */
function yearsBetween(first: number, last: number): number[] {
  const found: number[] = [];
  for (let year = new Date(first).getUTCFullYear() + 1; Date.UTC(year) <= last; year++)
    found.push(Date.UTC(year));
  return found;
}

export function dial({ points, walks, error }: DialPart, now: number): HTMLElement {
  const delivered = points.some(({ survive10 }) => survive10 !== null);
  const widths = points.flatMap(({ w50 }) => (w50 === null ? [] : [w50]));
  const x = { label: '', domain: [0, 1], format: (value: number) => value.toFixed(1) } as const;
  const guides = [{ axis: 'x', at: now, label: 'now' }] as const;
  const part = (
    title: string,
    style: number,
    of: (point: DialPoint) => number | null,
    top: number,
    format: (value: number) => string,
    label = '',
  ) => [
    element('h4', {}, title),
    plot({
      x: { ...x, label },
      y: { label: title, domain: [0, top], ticks: 3, format },
      lines: [
        {
          name: title,
          points: points.flatMap((point) => {
            const value = of(point);
            return value === null ? [] : [[point.balance, value] as const];
          }),
          style,
          dots: true,
        },
      ],
      guides,
      words: `${title}, by balance; the table holds the figures.`,
      height: label === '' ? 116 : 134,
    }),
  ];
  const highest = Math.max(...points.map(({ top1 }) => top1));
  return figure(
    'The dial: what another balance would do',
    [
      ...(delivered
        ? [
            ...part(
              'Carriers of half of all deliveries (W50)',
              1,
              ({ w50 }) => w50,
              Math.max(1, ...widths) * 1.1,
              String,
            ),
            ...part(
              'Delivered without the ten strongest carriers',
              2,
              ({ survive10 }) => survive10,
              1,
              share,
            ),
          ]
        : []),
      ...part(
        'Trust that the top 1% hold',
        3,
        ({ top1 }) => top1,
        Math.min(1, highest * 1.2),
        (value) => percent(value, 0),
        'balance: share of the restart that credentials give',
      ),
    ],
    [
      'At 1 all restart comes from credentials; below, those who earned trust have a part of it. The line marks the policy of this report.',
      delivered
        ? ` W50 and deliveries are measured on ${whole(walks)} walks at each point, each share within ${percent(error)} with 95% confidence.`
        : '',
    ],
    table(
      'The dial',
      ['Balance', 'W50', 'Without ten', 'Top 1%', 'Rank agreement'],
      points.map(({ balance, w50, survive10, top1, agreement }) => [
        balance.toFixed(2),
        w50 === null ? 'none' : whole(w50),
        survive10 === null ? 'none' : percent(survive10),
        percent(top1),
        agreement === null ? 'none' : agreement.toFixed(3),
      ]),
    ),
  );
}
