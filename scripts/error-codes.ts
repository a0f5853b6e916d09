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

import type { Cause, ErrorClass, Remedy } from '../relay/provider.ts';

/** What an error is, and what helps; \`cause\` is who is at fault if that isn't the change. */
export interface Judgement {
  class: ErrorClass;
  remedy: Remedy;
  cause?: Cause;
}

/** Codes that come with one status and are judged alike. */
export interface CodeGroup extends Judgement {
  status: number;
  codes: readonly (readonly [code: string, means: string, numericTwin?: string])[];
}

export const CODE_GROUPS: readonly CodeGroup[] = [
${groups(sheet.errors).join('\n')}
];

/** The provider's texts that name the field at fault, by code; the field's place is written as {}. */
export const FIELD_TEXTS: Readonly<Record<string, string>> = {
${fieldTexts(sheet.errors).join('\n')}
};

/** How a code that isn't listed is judged, by its HTTP status. */
export const BY_STATUS: Readonly<Record<string, Judgement>> = {
${byStatus(sheet.fallback_by_http)}
};

/** The same of a reply without a code, where that differs. */
export const WITHOUT_CODE: Readonly<Record<string, Judgement>> = {
${byStatus(sheet.without_code)}
};
`;
}

function groups(rows: Row[]): string[] {
  const twins = new Map(rows.flatMap(({ code, twin }) => (twin === undefined ? [] : [[twin, code] as const])));
  const found = new Map<string, string[]>();
  for (const row of distinct(rows.filter(({ twin }) => twin === undefined))) {
    const head = `status: ${row.http ?? 0}, ${judgement(row.class, row.retry, row.cause)}`;
    const members = [row.code, plain(row.meaning), twins.get(row.code) ?? []].flat().map(quoted).join(', ');
    found.set(head, [...(found.get(head) ?? []), `    [${members}],`]);
  }
  return [...found].map(([head, codes]) => [`  { ${head}, codes: [`, ...codes, '  ] },'].join('\n'));
}

const judgement = (what = '', remedy = '', cause?: string) =>
  `class: '${what}', remedy: '${remedy}'${cause === undefined ? '' : `, cause: '${cause}'`}`;

const quoted = (text: string) => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);

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
    .map(({ code, message }) => `  ${quoted(code)}: ${quoted(message?.replace(place, '{}') ?? '')},`);
}

const byStatus = (rows: ByStatus): string =>
  Object.entries(rows)
    .map(([status, words]) => `  ${status}: { ${judgement(...words)} },`)
    .join('\n');

if (import.meta.main) writeFileSync(MODULE, errorCodesModule());
