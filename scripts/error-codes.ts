import { readFileSync, writeFileSync } from 'node:fs';

interface Row {
  code: string;
  http: number | null;
  message: string | null;
  meaning: string;
  class: string;
  retry: string;
  twin?: string;
  cause?: string;
}
type ByStatus = Record<string, string[]>;
interface Sheet {
  fallback_by_http: ByStatus;
  without_code: ByStatus;
  errors: Row[];
}

const SHEET = new URL('../test/fixtures/errors.json', import.meta.url);
const MODULE = new URL('../src/lib/provider/error-codes.ts', import.meta.url);

/** The text of src/lib/provider/error-codes.ts as the sheet test/fixtures/errors.json asks for it. */
export function errorCodesModule(): string {
  const sheet = JSON.parse(readFileSync(SHEET, 'utf8')) as Sheet;
  return `// Generated from test/fixtures/errors.json by \`node scripts/error-codes.ts\`; a test proves it current.

/** One group per "# status class remedy", with a cause if it isn't the change; under it one line per code: the code, its numeric twin after "=", and what it means. */
export const ERROR_CODES = \`${groups(sheet.errors)}\`;

/** The provider's texts that name the field at fault, one line per code; the field's place is written as {}. */
export const FIELD_TEXTS = \`${fieldTexts(sheet.errors).join('\n')}\`;

/** Status, class, remedy and cause of a code that isn't listed, one line per HTTP status. */
export const BY_STATUS = \`${byStatus(sheet.fallback_by_http)}\`;

/** The same of a reply without a code, where that differs. */
export const WITHOUT_CODE = \`${byStatus(sheet.without_code)}\`;
`;
}

function groups(rows: Row[]): string {
  const twins = new Map(rows.flatMap(({ code, twin }) => (twin === undefined ? [] : [[twin, code] as const])));
  const found = new Map<string, string[]>();
  for (const row of distinct(rows.filter(({ twin }) => twin === undefined))) {
    const twin = twins.get(row.code);
    const head = ['#', row.http ?? 0, row.class, row.retry, row.cause ?? []].flat().join(' ');
    const line = `${row.code}${twin === undefined ? '' : `=${twin}`} ${plain(row.meaning)}`;
    found.set(head, [...(found.get(head) ?? []), line]);
  }
  return [...found].map(([head, lines]) => [head, ...lines].join('\n')).join('\n');
}

/** Two meanings under one code and status can't be told apart; the first row stays, which is the one of class unknown. */
function distinct(rows: Row[]): Row[] {
  const seen = new Set<string>();
  return rows.filter(({ code, http }) => !seen.has(`${code} ${http}`) && seen.add(`${code} ${http}`));
}

/** Remarks about the sheet's sources and about the provider's text say nothing to the reader of a result. */
function plain(meaning: string): string {
  return meaning
    .replace(/ \((?:seed|the numeric twin|reason in the text)[^)]*\)/g, '')
    .replace(/^the (\w+) named in the text/, 'a $1')
    .replace(/ named in the text/, '');
}

function fieldTexts(rows: Row[]): string[] {
  const place = /\{0\}|%s|%\(\w+\)s/g;
  return rows
    .filter(({ twin, class: what }) => twin === undefined && what === 'invalid_request')
    .filter(({ message }) => message?.match(place)?.length === 1)
    .map(({ code, message }) => `${code} ${message?.replace(place, '{}')}`);
}

const byStatus = (rows: ByStatus): string =>
  Object.entries(rows)
    .map(([status, words]) => [status, ...words].join(' '))
    .join('\n');

if (import.meta.main) writeFileSync(MODULE, errorCodesModule());
