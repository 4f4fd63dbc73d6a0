/**
 * Compares what was said with what a README expects. In an expected line `...` stands for any text, and
 * runs of blanks count as one; `...` alone on a line stands for any number of lines.
 */
export function matches(text: string, expected: string): boolean {
  const pattern = expected
    .trim()
    .split(/\.{3}|…/)
    .map((part) => part.split(/\s+/).map(literally).join('\\s+'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(text.trim());
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export function matchLines(lines: readonly string[], expected: readonly string[]): boolean {
  if (expected.length === 0) return lines.length === 0;
  const [first, ...others] = expected;
  if (/^\s*(\.{3}|…)\s*$/.test(first)) {
    return matchLines(lines, others) || (lines.length > 0 && matchLines(lines.slice(1), expected));
  }
  return lines.length > 0 && matches(lines[0], first) && matchLines(lines.slice(1), others);
}
