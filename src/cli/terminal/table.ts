import widthOf from 'fast-string-width';

/** Aligns rows in columns without borders. The head, if there is one, is the first row. */
export function columns(rows: string[][], head?: string[]): string[] {
  const all = head ? [head, ...rows] : rows;
  const count = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...all.map((row) => widthOf(row[column] ?? ''))),
  );
  const line = (row: string[]) =>
    row.map((text, column) => pad(text, column === row.length - 1 ? 0 : (widths[column] ?? 0))).join('  ');
  return all.map(line);
}

/** A text with blanks after it, so that it takes as many columns of a terminal. */
export const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Local time of day with seconds. */
export const clockTime = (milliseconds: number) => new Date(milliseconds).toTimeString().slice(0, 8);

/** Local time of day with milliseconds. */
export const exactTime = (milliseconds: number) =>
  `${clockTime(milliseconds)}.${String(new Date(milliseconds).getMilliseconds()).padStart(3, '0')}`;

/** ISO 8601 in UTC, the form for pipes. */
export const isoTime = (milliseconds: number) => new Date(milliseconds).toISOString();
