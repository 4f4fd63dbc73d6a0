/** Values that a JSON schema of the document allows, and some that it does not, as arbitraries. */
import fc from 'fast-check';

// biome-ignore lint/suspicious/noExplicitAny: a schema is looked at as it comes.
export type Schema = any;

/** What the document refers to by name. */
export function resolve(document: Schema, schema: Schema): Schema {
  let found = schema;
  while (found.$ref !== undefined) {
    found = found.$ref
      .replace(/^#\//, '')
      .split('/')
      .reduce((at: Schema, step: string) => at[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  }
  return found;
}

/** Words of the community that is asked about, so that some requests find something. */
const WORDS = ['ada', 'linus', 'grace', 'e1', 'c1', 'foundation', '__proto__', 'review'];
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
);

/** Values that a schema allows. */
export function valid(document: Schema, given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(document, given);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return fc.oneof(...options.map((one: Schema) => valid(document, one)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type: string) => valid(document, { ...schema, type })));
  }
  // Not the smallest doubles: with a balance below 1e-300 an engine publishes shares of nothing.
  const low = schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1e-9;
  const high = schema.maximum ?? schema.exclusiveMaximum ?? 1e6;
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.oneof(fc.integer({ min: low, max: Math.min(high, low + 20) }), fc.constant(high));
    case 'number':
      return fc
        .double({ min: low, max: high, noNaN: true })
        .filter((x) => x !== schema.exclusiveMinimum && x !== schema.exclusiveMaximum);
    case 'string':
      return word;
    case 'array':
      return fc.array(valid(document, schema.items), { minLength: schema.minItems ?? 0, maxLength: 4 });
    case 'object': {
      if (schema.properties === undefined) {
        const values =
          typeof schema.additionalProperties === 'object' ? schema.additionalProperties : { type: 'null' };
        return fc.dictionary(
          word.filter((name) => name !== '__proto__'),
          valid(document, values),
          { maxKeys: 3 },
        );
      }
      const fields = Object.fromEntries(
        Object.entries(schema.properties).map(([name, one]) => [name, valid(document, one)]),
      );
      return fc.record(fields, { requiredKeys: schema.required ?? [] });
    }
  }
  return fc.jsonValue();
}

/** The same with one thing in it replaced by something else, or beside it. */
export function spoilt(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(value, fc.nat(20), fc.jsonValue({ maxDepth: 2 }), word).map(([given, at, other, name]) => {
    const places: [Record<string, unknown>, string][] = [];
    const visit = (one: unknown) => {
      if (typeof one !== 'object' || one === null) return;
      for (const key of Object.keys(one)) {
        places.push([one as Record<string, unknown>, key]);
        visit((one as Record<string, unknown>)[key]);
      }
    };
    const copy = structuredClone(given);
    visit(copy);
    if (places.length === 0) return other;
    const [parent, key] = places[at % places.length]!;
    if (at > 16) delete parent[key];
    else if (at > 13)
      Object.defineProperty(parent, name, {
        value: other,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else
      Object.defineProperty(parent, key, {
        value: other,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    return copy;
  });
}
