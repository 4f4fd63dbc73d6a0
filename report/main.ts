/** The page: reads the data that stands in it, lays it out, and ties the ranking, the graph and the explanation. */
import type { ReportData } from '../src/cli/report-data.ts';
import { carriers, dial, history, lorenz, waist } from './charts.ts';
import { element, named } from './element.ts';
import { panel } from './explanation.ts';
import { picture } from './graph.ts';
import { atMost, day, many, percent, scoresOf, whole } from './numbers.ts';
import { ranking } from './ranking.ts';

const data = JSON.parse(document.getElementById('report-data')!.textContent!) as ReportData;
const scores = scoresOf(data.top);
const byId = new Map(scores.map((score) => [score.contributor, score]));
document.title = data.title;

const why = panel(data, byId, (id) => choose(id));
const list = ranking(scores, data.order - scores.length, (id) => choose(id));
const graph = data.graph && data.graph.nodes.length > 0 ? picture(data.graph, (id) => choose(id)) : undefined;

/** Everything shows the same contributor. Where the explanation is out of sight, the reader is taken there. */
function choose(id: string, byReader = true): void {
  list.choose(id);
  graph?.choose(id, byReader);
  why.show(id);
  if (!byReader) return;
  const { top, bottom } = why.element.getBoundingClientRect();
  if (bottom < 80 || top > innerHeight - 80) {
    why.element.scrollIntoView({ block: 'start' });
    why.focus();
  }
}

const link = (id: string) => {
  if (!byId.has(id)) return named(id);
  const button = element('button', { type: 'button', class: 'link' }, named(id));
  button.addEventListener('click', () => choose(id));
  return button;
};

document
  .getElementById('page')!
  .append(
    header(),
    element(
      'main',
      {},
      tiles(),
      findings(),
      element(
        'div',
        { class: 'contributors' },
        element('div', { class: 'stack' }, graph?.element, list.element),
        element('div', { class: 'side' }, why.element),
      ),
      element('h2', { class: 'part' }, 'Where power is'),
      element(
        'div',
        { class: 'charts' },
        data.order > 0 && lorenz(data.held),
        data.waist && waist(data.waist),
        data.waist && carriers(data, link),
        data.history && history(data.history),
        data.omitted.history !== undefined &&
          element(
            'div',
            { class: 'card' },
            element('h3', {}, 'Trust over time'),
            element('p', { class: 'faint' }, `Not in this report: ${data.omitted.history}.`),
          ),
        data.dial && dial(data.dial, data.policy.balance),
      ),
    ),
    footer(),
  );
if (scores.length > 0) choose(scores[0]!.contributor, false);
// All but the graph can be read and used before the graph is there.
performance.mark('report-readable');
setTimeout(() => {
  graph?.start();
  document.documentElement.dataset.ready = 'true';
  performance.mark('report-ready');
});

function header(): HTMLElement {
  const { dates } = data;
  const facts = [
    many(data.order, 'contributor'),
    many(data.endorsements, 'endorsement'),
    many(data.objections, 'objection'),
    many(data.credentials, 'credential'),
    ...(dates === undefined ? [] : [`${day(dates.first)} to ${day(dates.last)}`]),
  ];
  return element(
    'header',
    {},
    element('h1', {}, data.title),
    element('p', { class: 'facts-line' }, facts.join(' · ')),
  );
}

/** The figures that say most, each with what it means. */
function tiles(): HTMLElement | null {
  const { held, waist: through, survival, order } = data;
  if (order === 0)
    return element(
      'p',
      { class: 'card' },
      'There are no contributors in this record, and so nothing to score.',
    );
  const tile = (value: string, words: string) =>
    element('div', { class: 'tile' }, element('strong', {}, value), element('span', {}, words));
  const survivors = survival?.find(([k]) => k === 10);
  return element(
    'section',
    { class: 'tiles', 'aria-label': 'At a glance' },
    tile(whole(held.nakamoto50), `of ${whole(order)} hold half of all trust`),
    tile(percent(held.top1), 'is held by the top 1%'),
    tile(held.gini.toFixed(2), 'Gini: 0 all the same, 1 one has all'),
    through && through.all.w50 !== null && tile(whole(through.all.w50), 'stand in half of all deliveries'),
    survivors && tile(percent(survivors[1]), 'still delivered without the ten strongest'),
    tile(atMost(data.bound), 'proven bound: all errors of all shares together'),
  );
}

function findings(): HTMLElement | null {
  if (data.findings.length === 0) return null;
  return element(
    'section',
    { class: 'card findings', 'aria-labelledby': 'findings-title' },
    element('h2', { id: 'findings-title' }, 'Findings'),
    element('ul', {}, ...data.findings.map((finding) => element('li', {}, finding))),
  );
}

function footer(): HTMLElement {
  const files = (names: readonly string[]) => names.flatMap((name, k) => [k > 0 ? ', ' : '', named(name)]);
  const row = (name: string, ...value: (Node | string)[]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, ...value));
  const { waist: through } = data;
  return element(
    'footer',
    { class: 'card' },
    element('h2', {}, 'What this was made from'),
    element(
      'dl',
      { class: 'made' },
      row(
        'record',
        ...files(data.files),
        ` (sequence ${whole(data.sequence)}, ${many(data.size, 'endorsed pair')})`,
      ),
      data.credentialFiles.length > 0 && row('credentials', ...files(data.credentialFiles)),
      data.credentials === 0 &&
        data.order > 0 &&
        row(
          'no guarantee',
          'against fake accounts: no credential is in force, so every account, a fake one too, has restart of its own',
        ),
      row('policy', data.policyWords),
      row(
        'exactness',
        data.bound <= data.tolerance ? '' : `not what was asked for (${atMost(data.tolerance)}): `,
        `every share is within ${atMost(data.bound)} of exact: the sum of all errors is proven to be at most that`,
      ),
      through &&
        row(
          'sampling',
          `waist and survival rest on ${whole(through.walks)} walks (seed ${through.seed}), the same ones every time; each share is within ${percent(through.error)} with 95% confidence`,
        ),
      row('program', `peerage ${data.version}`),
    ),
    element(
      'p',
      { class: 'faint' },
      'A score says how endorsements flow through this record, and nothing about a person\u2019s honesty or work. This file fetches nothing and sends nothing.',
    ),
  );
}
