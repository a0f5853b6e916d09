/** The candidate that a mistyped word most likely means; undefined if none is similar. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (!best || distance < best.distance) best = { candidate, distance };
  }
  return best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}

/** How many insertions, deletions, replacements and swaps of neighbours turn one word into the other. */
function distanceOf(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row++) rows.push(nextRow(one, other, row, rows));
  return rows.at(-1)?.at(-1) ?? 0;
}

function nextRow(one: string, other: string, row: number, rows: number[][]): number[] {
  const next = [row];
  for (let column = 1; column <= other.length; column++) {
    const replaced = at(rows, row - 1, column - 1) + (one[row - 1] === other[column - 1] ? 0 : 1);
    const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
    const swapped = isSwap ? at(rows, row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
    next.push(Math.min(at(rows, row - 1, column) + 1, at([next], 0, column - 1) + 1, replaced, swapped));
  }
  return next;
}

const at = (rows: number[][], row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
