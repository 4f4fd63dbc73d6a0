/** The buffers of all arrays in an object: what is handed over, not copied, when it passes to another thread. */
export function buffersOf(value: object): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const look = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) buffers.add(part.buffer);
    } else for (const inner of Object.values(part)) look(inner);
  };
  look(value);
  return [...buffers];
}
