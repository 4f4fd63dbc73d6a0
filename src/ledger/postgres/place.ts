/** Where a database is, as it may be told: whoever reads a message need not be let in. */

/** Begins the URL of a database. */
export const POSTGRES = /^postgres(ql)?:/i;

/** Host and database alone, or less where it is not clear what is a secret; any other location as it is. */
export function withoutSecret(location: string): string {
  if (!POSTGRES.test(location)) return location;
  if (!URL.canParse(location)) return 'postgres://...';
  const { protocol, host, pathname } = new URL(location);
  // A password with a slash in it looks like a path.
  return `${protocol}//${host}${pathname.includes('@') ? '/...' : pathname}`;
}
