/** A statement that came as an event, as a reader would have found it in a line. */
import type { Row, Statement } from '../event.ts';
import { ID_BYTES } from '../event.ts';
import { encodeText } from '../graph/encode.ts';

/** Room for the two ids of a statement. */
const scratch = new Uint8Array(6 * ID_BYTES);

/** The row of a statement; good until the next is made. */
export function rowOf({ type, source, target, weight, kind, at = Number.NaN, id }: Statement): Row {
  const sourceTo = encodeText(source, scratch, 0);
  const targetTo = encodeText(target, scratch, sourceTo);
  return {
    buffer: scratch,
    sourceFrom: 0,
    sourceTo,
    targetFrom: sourceTo,
    targetTo,
    weight: type === 'endorse' ? weight : -weight,
    kind,
    at,
    id,
  };
}
