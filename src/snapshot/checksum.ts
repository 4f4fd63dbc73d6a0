/**
 * The checksum of a snapshot: four lanes, each taking every fourth word by steps that lose nothing
 * (exclusive or, multiplication by an odd number, exclusive or with its own high bits). Whatever one word
 * is changed to, its lane ends differently, and so do both results: a flipped bit is always seen. Against
 * several changed words it is as good as a random number of 32 bits; against somebody who wants to deceive
 * it is no protection. Four lanes, because a processor works on several products at a time.
 */
const ODD = 0x9e3779b1 | 0;

/** Two numbers of 32 bits for the words from place `from` on. */
export function checksum(words: Int32Array, from: number): readonly [number, number] {
  let [a, b, c, d] = [1, 2, 3, 4];
  const end = words.length;
  let i = from;
  for (; i + 4 <= end; i += 4) {
    a = Math.imul(a ^ words[i]!, ODD);
    b = Math.imul(b ^ words[i + 1]!, ODD);
    c = Math.imul(c ^ words[i + 2]!, ODD);
    d = Math.imul(d ^ words[i + 3]!, ODD);
    // A product hands bits upwards only; this hands them down again.
    a ^= a >>> 15;
    b ^= b >>> 15;
    c ^= c >>> 15;
    d ^= d >>> 15;
  }
  for (; i < end; i++) a = step(a, words[i]!, ODD);
  let [first, second] = [end, ~end];
  for (const lane of [a, b, c, d]) {
    first = step(first, lane, 0x85ebca6b);
    second = step(second, lane, 0xc2b2ae35);
  }
  return [first >>> 0, second >>> 0];
}

/** What a lane is after one word. */
function step(lane: number, word: number, odd: number): number {
  const product = Math.imul(lane ^ word, odd);
  return product ^ (product >>> 15);
}
