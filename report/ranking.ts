/**
 * The ranking: a table with a search, sorted by any column, in pages, so that thousands of contributors cost
 * no more than the page that is seen. Each contributor is a button that chooses it.
 */
import type { Score } from '../src/scores.ts';
import { element, named, visible } from './element.ts';
import { figures, many, percent, whole } from './numbers.ts';
import { mark, standingOf } from './standing.ts';

const ROWS = 20;

interface Column {
  readonly name: string;
  readonly of: (score: Score) => number | string;
  /** Which way round it is sorted first. */
  readonly falls: boolean;
  readonly title: string;
}

const COLUMNS: readonly Column[] = [
  {
    name: 'Rank',
    of: ({ rank }) => rank,
    falls: false,
    title: 'Place by trust; in brackets the places that the bound leaves possible',
  },
  { name: 'Contributor', of: ({ contributor }) => contributor, falls: false, title: 'By id' },
  { name: 'Trust', of: ({ trust }) => trust, falls: true, title: 'Share of all trust' },
  { name: 'Of mean', of: ({ multiple }) => multiple, falls: true, title: 'Trust divided by the mean' },
  {
    name: 'Standing',
    of: ({ standing }) => standing,
    falls: true,
    title: 'Endorsements against objections, 0 to 1; 0.5 is unknown',
  },
];

export interface Ranking {
  readonly element: HTMLElement;
  /** Marks who is chosen, and shows the page it is on. */
  choose(contributor: string): void;
}

export function ranking(
  scores: readonly Score[],
  left: number,
  onChoose: (contributor: string) => void,
): Ranking {
  const highest = Math.max(...scores.slice(0, 1).map(({ trust }) => trust), Number.MIN_VALUE);
  let sorted = COLUMNS[0]!;
  let falls = sorted.falls;
  let found: readonly Score[] = scores;
  let page = 0;
  let chosen: string | undefined;

  const search = element('input', {
    type: 'search',
    id: 'search',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'part of an id',
  });
  const status = element('p', { class: 'status', role: 'status' });
  const heads = COLUMNS.map((column) => {
    const button = element('button', { type: 'button', title: column.title }, column.name);
    button.addEventListener('click', () => {
      falls = column === sorted ? !falls : column.falls;
      sorted = column;
      page = 0;
      show();
    });
    return element('th', { scope: 'col' }, button);
  });
  const body = element('tbody');
  const table = element(
    'table',
    { class: 'ranking' },
    element(
      'caption',
      { class: 'unseen' },
      'Contributors by trust; a contributor is a button that shows why',
    ),
    element('thead', {}, element('tr', {}, ...heads)),
    body,
  );
  const steps = [
    ['First', () => 0],
    ['Previous', () => page - 1],
    ['Next', () => page + 1],
    ['Last', () => Number.POSITIVE_INFINITY],
  ] as const;
  const buttons = steps.map(([name, to]) => {
    const button = element('button', { type: 'button' }, name);
    button.addEventListener('click', () => {
      page = to();
      show();
    });
    return button;
  });
  const pages = element('nav', { class: 'pages', 'aria-label': 'Pages of the ranking' }, ...buttons);

  function row(score: Score): HTMLTableRowElement {
    const { contributor, rank, rankFrom, rankTo, trust, multiple, standing } = score;
    const proven = rankFrom === rankTo;
    const button = element(
      'button',
      { type: 'button', class: 'choose', title: visible(contributor) },
      named(contributor),
    );
    button.dataset.contributor = contributor;
    const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.width = `${(100 * trust) / highest}%`;
    const line = element(
      'tr',
      { class: contributor === chosen ? 'chosen' : undefined },
      element(
        'td',
        { class: 'number' },
        proven ? whole(rank) : `${whole(rank)} (${whole(rankFrom)}–${whole(rankTo)})`,
      ),
      element('th', { scope: 'row' }, button),
      element(
        'td',
        { class: 'number trust' },
        element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
        percent(trust, 3),
      ),
      element('td', { class: 'number' }, `${figures(multiple)}×`),
      element(
        'td',
        { class: 'standing' },
        mark(standing),
        ` ${standing.toFixed(2)} `,
        element('span', { class: 'word' }, standingOf(standing).word),
      ),
    );
    if (contributor === chosen) button.setAttribute('aria-current', 'true');
    return line;
  }

  function sort(): void {
    const sign = falls ? -1 : 1;
    found = found.toSorted((one, other) => {
      const [a, b] = [sorted.of(one), sorted.of(other)];
      return a === b ? one.rank - other.rank : (a < b ? -1 : 1) * sign;
    });
  }

  function show(): void {
    sort();
    const last = Math.max(0, Math.ceil(found.length / ROWS) - 1);
    page = Math.min(Math.max(0, page), last);
    body.replaceChildren(...found.slice(page * ROWS, (page + 1) * ROWS).map(row));
    heads.forEach((head, k) => {
      if (COLUMNS[k] === sorted) head.setAttribute('aria-sort', falls ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    });
    const [first, previous, next, end] = buttons;
    for (const button of [first!, previous!]) button.disabled = page === 0;
    for (const button of [next!, end!]) button.disabled = page === last;
    pages.hidden = last === 0;
    const shown =
      found.length === 0
        ? 'Nobody is called that.'
        : `${whole(page * ROWS + 1)} to ${whole(Math.min(found.length, (page + 1) * ROWS))} of ${many(found.length, 'contributor')}`;
    const rest = left > 0 ? ` The ${whole(left)} with the least trust are not in this file.` : '';
    status.textContent = `${shown}${found.length === 0 ? '' : '.'}${rest}`;
  }

  function look(): void {
    const wanted = search.value.trim().toLowerCase();
    found =
      wanted === ''
        ? scores
        : scores.filter(({ contributor }) => visible(contributor).toLowerCase().includes(wanted));
    page = 0;
    show();
  }

  search.addEventListener('input', look);
  body.addEventListener('click', ({ target }) => {
    const line = (target as Element).closest('tr');
    const contributor = line?.querySelector<HTMLElement>('.choose')?.dataset.contributor;
    if (contributor !== undefined) onChoose(contributor);
  });
  // Up and down from name to name, as in a list.
  body.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const names = Array.from(body.querySelectorAll<HTMLElement>('.choose'));
    const to = names[names.indexOf(event.target as HTMLElement) + step];
    if (to === undefined) return;
    event.preventDefault();
    to.focus();
  });
  show();

  return {
    element: element(
      'section',
      { id: 'ranking', class: 'card', 'aria-labelledby': 'ranking-title', tabindex: -1 },
      element(
        'div',
        { class: 'head' },
        element('h2', { id: 'ranking-title' }, 'Ranking'),
        element('label', { class: 'search' }, 'Search ', search),
      ),
      element('div', { class: 'scroll' }, table),
      element('div', { class: 'foot' }, status, pages),
    ),
    choose(contributor) {
      chosen = contributor;
      const place = found.findIndex((score) => score.contributor === contributor);
      if (place >= 0) page = Math.floor(place / ROWS);
      const focused = body.contains(document.activeElement);
      show();
      if (focused) body.querySelector<HTMLElement>('[aria-current]')?.focus();
    },
  };
}
