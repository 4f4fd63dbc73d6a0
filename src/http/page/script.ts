/**
 * What the page does: asks this server for a score and its explanation, and shows both. Ids and texts are set as
 * text, never as markup. The key stays in its field: it is kept nowhere, and not in the address, which names the
 * community and the contributor alone.
 */
export const SCRIPT = `
'use strict';
const byId = (id) => document.getElementById(id);
const form = byId('ask'), said = byId('said'), result = byId('result');
const base = new URL('v1/communities/', document.baseURI);
let asked = 0;

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const percent = (share) => (share === 0 ? '0' : share < 0.0001 ? 'under 0.01' : (100 * share).toFixed(2)) + '%';
const plural = (count, one) => count + ' ' + one + (count === 1 ? '' : 's');

async function ask(path, key) {
  const headers = key ? { Authorization: 'Bearer ' + key } : {};
  const answer = await fetch(new URL(path, base), { headers, cache: 'no-store', credentials: 'same-origin' });
  const body = await answer.json();
  if (!answer.ok) throw body;
  return body;
}

function tell(problem) {
  result.hidden = true;
  said.hidden = false;
  said.replaceChildren(element('p', problem.detail || 'The server does not answer. Try again.'));
  for (const id of problem.nearest || []) {
    const button = element('button', 'Look up ' + id);
    button.type = 'button';
    button.addEventListener('click', () => { form.elements.contributor.value = id; look(); });
    said.append(button, ' ');
  }
}

function figures(score, order) {
  const list = element('dl');
  const rank = score.rankFrom === score.rankTo ? String(score.rank) : score.rankFrom + ' to ' + score.rankTo;
  for (const [name, value] of [
    ['Rank', rank + ' of ' + order],
    ['Share of all trust', percent(score.trust)],
    ['Times the average', score.multiple.toFixed(2)],
    ['Standing (0.5 is unknown)', score.standing.toFixed(2)],
  ]) {
    const pair = element('div');
    pair.append(element('dt', name), element('dd', value));
    list.append(pair);
  }
  return list;
}

const REASONS = {
  endorsed: 'endorsed', credential: 'credential', equal: 'the same for everybody', earned: 'earned restart',
};
function statements(part, against) {
  const usual = against ? 'objection' : 'endorsement';
  return (part.statements || []).map(({ kind, weight, at, count }) =>
    (count ? plural(count, 'more statement') : kind === 'endorsement' ? usual : kind) + (weight === 1 ? '' : ', weight ' + weight) + (at ? ', ' + at.slice(0, 10) : '')
  ).join('; ');
}
function table(caption, parts, rest) {
  const whole = element('table');
  whole.append(element('caption', caption, 'quiet'));
  const head = whole.createTHead().insertRow();
  for (const [name, kind] of [['From', ''], ['What was said', ''], ['Share', 'number']]) {
    const cell = element('th', name, kind);
    cell.scope = 'col';
    head.append(cell);
  }
  const body = whole.createTBody();
  const add = (from, why, share) => {
    const row = body.insertRow();
    row.append(element('td', from), element('td', why));
    const meter = element('meter');
    meter.max = 1;
    meter.value = share;
    meter.setAttribute('aria-hidden', 'true');
    const cell = element('td', undefined, 'number');
    cell.append(meter, percent(share));
    row.append(cell);
  };
  for (const part of parts) {
    const own = part.from === null ? 'itself' : part.from;
    add(own, statements(part, part.why === undefined) || REASONS[part.why] || part.why || '', part.share);
  }
  if (rest && rest.count > 0) add(plural(rest.count, 'other'), '', rest.share);
  return whole;
}

function show(community, score, why) {
  said.hidden = true;
  const title = element('h2', score.contributor);
  title.tabIndex = -1;
  const parts = [title, figures(score, why.order)];
  for (const words of why.words) parts.push(element('p', words));
  parts.push(element('h3', 'Where the trust comes from'));
  parts.push(why.parts.length ? table('The strongest first.', why.parts, why.others) : element('p', 'From nobody yet.'));
  if (why.objections.length) {
    parts.push(element('h3', 'Objections'), table('What each costs, as a share of the mass.', why.objections));
  }
  parts.push(element('p', 'Community ' + community + ', as of event ' + why.sequence +
    '. All shares together are proven to be within ' + why.bound.toExponential(1) + ' of the exact ones.', 'quiet'));
  result.replaceChildren(...parts);
  result.hidden = false;
  title.focus();
}

async function look() {
  const community = form.elements.community.value.trim();
  const contributor = form.elements.contributor.value;
  const turn = ++asked;
  if (!community || !contributor) return;
  const place = '#' + encodeURIComponent(community) + '/' + encodeURIComponent(contributor);
  if (location.hash !== place) history.replaceState(null, '', place);
  form.setAttribute('aria-busy', 'true');
  try {
    const key = form.elements.key.value.trim();
    const path = encodeURIComponent(community);
    const id = encodeURIComponent(contributor);
    const why = await ask(path + '/scores/' + id + '/explanation', key);
    const found = await ask(path + '/scores/' + id + '?at-least-sequence=' + why.sequence, key);
    const { order } = await ask(path, key);
    if (turn === asked) show(community, found, { ...why, order });
  } catch (problem) {
    if (turn === asked) tell(problem);
  } finally {
    if (turn === asked) form.removeAttribute('aria-busy');
  }
}

form.addEventListener('submit', (event) => { event.preventDefault(); look(); });
function follow() {
  const [community, contributor] = location.hash.slice(1).split('/');
  if (!contributor) return;
  try {
    form.elements.community.value = decodeURIComponent(community);
    form.elements.contributor.value = decodeURIComponent(contributor);
  } catch { return; }
  look();
}
addEventListener('hashchange', follow);
follow();
`;
