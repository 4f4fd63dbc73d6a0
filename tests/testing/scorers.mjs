/** Scorers that run in a worker of their own: everybody has the same, once there is an answer. */
const flat = (events) =>
  new Map(events.flatMap(({ source, target }) => [source, target].filter(Boolean).map((id) => [id, 1])));

/** Never answers where anybody objects. */
export function hanging(events) {
  while (events.some(({ type }) => type === 'object'));
  return flat(events);
}

export async function waiting(events) {
  return flat(events);
}

/** Long names have more. */
export function long(events) {
  return new Map([...flat(events).keys()].map((id) => [id, id.length]));
}

/** The same, but claims nothing of its answers. */
export function unsure(events) {
  return Object.assign(long(events), { bound: 2 });
}
