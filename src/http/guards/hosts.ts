/**
 * Whether a request may come from where it says. Without keys the service trusts whoever reaches it, so it must be
 * reached on this machine and by no page: the name that was asked for has to be one of the loopback (a page whose
 * name was rebound to 127.0.0.1 sends its own), and a browser that asks on behalf of another origin is refused.
 */

const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Whether the value of a Host header, or the host of a URL, names this machine's loopback. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Whether a browser sent this for a page of another origin; what is no browser sends none of these headers. That a
 * link was followed is not held against a request: the page it stood on can not read the answer.
 */
export function isCrossOrigin(headers: Headers, host: string): boolean {
  const site = headers.get('sec-fetch-site');
  const followed =
    headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document';
  if ((site === 'cross-site' || site === 'same-site') && !followed) return true;
  const origin = headers.get('origin');
  if (origin === null) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
