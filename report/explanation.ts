/** Why one contributor has the trust it has: what it has, three sentences, and the parts that add up to it. */
import type { Explanation, Part, ReportData } from '../src/cli/report-data.ts';
import type { Score } from '../src/scores.ts';
import { element, named } from './element.ts';
import { figures, many, percent, whole } from './numbers.ts';
import { mark, standingOf } from './standing.ts';

export interface Panel {
  readonly element: HTMLElement;
  show(contributor: string): void;
  /** Moves the focus there, for those who follow it. */
  focus(): void;
}

export function panel(
  data: ReportData,
  scores: ReadonlyMap<string, Score>,
  onChoose: (contributor: string) => void,
): Panel {
  const explanations = new Map(data.explanations.map((each) => [each.contributor, each]));
  const title = element('h2', { id: 'why-title', tabindex: -1 }, 'Why this score?');
  const content = element(
    'div',
    {},
    element(
      'p',
      { class: 'faint' },
      'Choose a contributor in the ranking or in the graph to see where its trust comes from.',
    ),
  );
  const said = element('p', { class: 'unseen', role: 'status' });

  /** A contributor that can be chosen is a button. */
  const link = (id: string) => {
    if (!scores.has(id)) return named(id);
    const button = element('button', { type: 'button', class: 'link' }, named(id));
    button.addEventListener('click', () => onChoose(id));
    return button;
  };

  return {
    element: element(
      'section',
      { id: 'why', class: 'card', 'aria-labelledby': 'why-title' },
      title,
      content,
      said,
    ),
    show(contributor) {
      const score = scores.get(contributor);
      if (score === undefined) return;
      title.replaceChildren(named(contributor));
      const why = explanations.get(contributor);
      content.replaceChildren(
        facts(score),
        ...(why === undefined ? [unexplained(data)] : [sentences(why), parts(why, link), costs(why, link)]),
      );
      said.textContent = `Showing ${contributor}, rank ${score.rank}.`;
    },
    focus: () => title.focus(),
  };
}

function facts(score: Score): HTMLElement {
  const { rank, rankFrom, rankTo, trust, multiple, percentile, standing } = score;
  const fact = (name: string, ...value: (Node | string)[]) =>
    element(
      'div',
      name === 'standing' ? { class: 'long' } : {},
      element('dt', {}, name),
      element('dd', {}, ...value),
    );
  const places = rankFrom === rankTo ? '' : ` (${whole(rankFrom)} to ${whole(rankTo)} possible)`;
  return element(
    'dl',
    { class: 'facts' },
    fact('rank', `${whole(rank)}${places}`),
    fact('trust', percent(trust, 3)),
    fact('of the mean', `${figures(multiple)}×`),
    fact('ahead of', percent(percentile / 100)),
    fact('standing', mark(standing), ` ${standing.toFixed(2)}, ${standingOf(standing).word}`),
  );
}

function unexplained({ explanations }: ReportData): HTMLElement {
  const kept = explanations.length;
  return element(
    'p',
    { class: 'faint' },
    kept === 0
      ? 'This report holds no explanations.'
      : `This report explains the ${whole(kept)} most trusted. For this one run `,
    kept > 0 && element('code', {}, 'peerage explain'),
    kept > 0 && ' with the id.',
  );
}

function sentences({ words }: Explanation): HTMLElement {
  return element('div', { class: 'words' }, ...words.map((sentence) => element('p', {}, sentence)));
}

/** Restart, in words. */
const RESTART: Readonly<Record<Part['why'], string>> = {
  endorsed: 'endorsed',
  credential: 'its own credential',
  equal: 'what everyone starts with',
  earned: 'restart that it earned',
};

function parts({ parts, others, mass }: Explanation, link: (id: string) => HTMLElement): HTMLElement {
  const widest = Math.max(...parts.map(({ share }) => share), Number.MIN_VALUE);
  const row = (who: Node, said: string, share: number, kind: string) => {
    const bar = element('span', { class: `bar ${kind}` });
    bar.style.width = `${(100 * share) / widest}%`;
    const track = element('span', { class: 'track', 'aria-hidden': 'true' }, bar);
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, who, said === '' ? '' : element('span', { class: 'said' }, said)),
      element(
        'td',
        { class: 'number' },
        kind !== 'rest' && track,
        element('span', { class: 'share' }, percent(share)),
      ),
    );
  };
  const rows = parts.map(({ from, why, share, said }) =>
    from === null
      ? row(element('span', {}, RESTART[why]), said, share, 'restart')
      : row(link(from), said, share, 'endorsed'),
  );
  if (others.count > 0 && others.share > 0)
    rows.push(row(element('span', {}, `${many(others.count, 'other')}`), '', others.share, 'rest'));
  return element(
    'table',
    { class: 'parts' },
    element('caption', {}, `Where its mass comes from (${percent(mass, 3)} of all credentials)`),
    unseenHead(),
    element('tbody', {}, ...rows),
  );
}

function costs(
  { objections, otherObjections, mass, voice }: Explanation,
  link: (id: string) => HTMLElement,
): HTMLElement {
  if (objections.length === 0) return element('p', { class: 'faint' }, 'Nobody with a voice objects to it.');
  return element(
    'table',
    { class: 'parts' },
    element('caption', {}, `What objections take (${percent((mass - voice) / mass)} of its mass)`),
    unseenHead(),
    element(
      'tbody',
      {},
      ...objections.map(({ from, share, said }) =>
        element(
          'tr',
          {},
          element(
            'th',
            { scope: 'row' },
            link(from),
            said === '' ? '' : element('span', { class: 'said' }, said),
          ),
          element('td', { class: 'number' }, percent(share)),
        ),
      ),
      otherObjections.count > 0 &&
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, many(otherObjections.count, 'other')),
          element('td', { class: 'number' }, percent(otherObjections.share)),
        ),
    ),
  );
}

/** Names of the columns, for those who do not see the bars. */
function unseenHead(): HTMLElement {
  const column = (name: string) => element('th', { scope: 'col' }, name);
  return element(
    'thead',
    { class: 'unseen' },
    element('tr', {}, column('From'), column('Share of its mass')),
  );
}
