import { readFileSync, writeFileSync } from 'node:fs';

interface Row {
  code: string;
  http: number | null;
  message: string | null;
  meaning: string;
  twin?: string;
}

const SHEET = new URL('../test/fixtures/errors.json', import.meta.url);
const TABLE = new URL('../simulator/error-codes.json', import.meta.url);
/** The one code whose status no page prints; its number is among those of status 500. */
const UNPRINTED = 500;

/** The text of simulator/error-codes.json: of each code of the sheet its statuses and texts, and its numeric twin if it has one. */
export function simulatorCodes(): string {
  const { errors } = JSON.parse(readFileSync(SHEET, 'utf8')) as { errors: Row[] };
  // The sheet marks the numeric code, whose twin is the dotted one.
  const twins = new Map(errors.flatMap(({ code, twin }) => (twin === undefined ? [] : [[twin, code] as const])));
  const lines = [...Map.groupBy(errors, ({ code }) => code)].map(([code, rows]) => {
    const meanings = rows.map(({ http, message, meaning }) => [http ?? UNPRINTED, message ?? plain(meaning)]);
    const twin = twins.get(code);
    return `${JSON.stringify(code)}: ${JSON.stringify(twin === undefined ? { meanings } : { twin, meanings })}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** Remarks in parentheses speak of the sheet's sources. */
const plain = (meaning: string): string => meaning.replace(/ \([^)]*\)/g, '');

if (import.meta.main) writeFileSync(TABLE, simulatorCodes());
