import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import table from '../../../src/lib/provider/error-codes.json' with { type: 'json' };
import { ERROR_CLASSES } from '../../../src/lib/relay/provider.ts';
import sheet from '../../fixtures/errors.json' with { type: 'json' };

const Kind = { class: z.enum(ERROR_CLASSES), remedy: z.enum(Object.keys(sheet.about.retry)) };
const WithCause = { ...Kind, cause: z.enum(Object.keys(sheet.about.cause)).optional() };
const Code = z.string().regex(/^[A-Z][A-Z0-9]+\.\d{4,8}$/);
const Text = z.string().min(1);
const Twin = z.string().regex(/^111\d{6}$/);
const ByStatus = z.record(z.string().regex(/^(?:[45]\d\d|other)$/), z.strictObject(WithCause));
const Table = z.strictObject({
  groups: z.array(
    z.strictObject({
      // 0 stands for a status that no page prints.
      status: z.literal(0).or(z.int().min(400).max(599)),
      ...WithCause,
      codes: z.array(z.tuple([Code, Text]).or(z.tuple([Code, Text, Twin]))).min(1),
    }),
  ),
  advice: z.record(Code, z.string().regex(/^[A-Z][^.]+\.$/)),
  fieldTexts: z.record(Code, z.string().regex(/^[^{}]*\{\}[^{}]*$/)),
  byStatus: ByStatus.and(z.object({ other: z.unknown() })),
  withoutCode: ByStatus.and(z.object({ other: z.unknown() })),
});

interface SheetRow {
  code: string;
  http: number | null;
  message: string | null;
  meaning: string;
  class: string;
  retry: string;
  cause?: string;
  twin?: string;
}

/** Parts of the sheet that are not meant for the reader of a result. */
const TEXTS: Readonly<Record<string, string>> = {
  'DCS.4007': 'instance kind not offered',
  'DCS.4062': 'a parameter is not acceptable',
  'DCS.4063': 'a parameter is not acceptable',
  // Two meanings under one status. The first, of an old page, is about a call; the other is about an agent.
  'SMS.2009': 'command mismatch, or decompression failed',
  'SMS.2015': 'running or stopping task cannot be deleted, or partition not restored',
  'SMS.9004': 'policy denies the action',
  'APIGW.0301': 'IAM credential refused: bad signature, unknown AK, stale date, bad or absent token',
  'DCS.4119': 'the instance does not exist',
  'DCS.4133': 'the migration task does not exist',
  'DCS.4232': 'the offline key analysis task probably no longer exists',
  'DCS.4855': 'master/standby swap not available, or the id of a migration task not acceptable',
  'DCS.4957': 'the task is in a state that forbids the operation',
  'DCS.4988': 'the custom parameter template probably no longer exists',
  'DCS.5010': 'the meaning of this code is not documented',
  'SMS.6564': 'component i386-pc missing on source',
  'SMS.7728': 'copystate and migrationcycle do not fit each other',
  'APIGW.0106': 'front-end and back-end parameters do not fit, or a required header is missing',
};

const sheetRows: SheetRow[] = sheet.errors;
const dotted = sheetRows.filter(({ twin }) => twin === undefined);
const keyOf = ({ code, http }: SheetRow) => `${code} with ${http ?? 0}`;

/** The sheet's row for each code with each status. Of two meanings under one status the table has the first. */
const wanted = new Map(
  dotted.toReversed().map((row) => [
    keyOf(row),
    {
      class: row.class,
      remedy: row.retry,
      ...(row.cause !== undefined && { cause: row.cause }),
      text: TEXTS[row.code] ?? row.meaning,
    },
  ]),
);

const rows = table.groups.flatMap(({ status, codes, ...kind }) =>
  codes.map(([code = '', text, twin]) => ({ key: `${code} with ${status}`, code, twin, means: { ...kind, text } })),
);

const kinds = (byStatus: Record<string, string[]>) =>
  Object.fromEntries(
    Object.entries(byStatus).map(([status, [what, remedy, cause]]) => [
      status,
      { class: what, remedy, ...(cause !== undefined && { cause }) },
    ]),
  );

describe('error-codes.json', () => {
  it('has the shape that its reader relies on', () => {
    expect(() => Table.parse(table)).not.toThrow();
  });

  it('has each code of the sheet once per status, and no other', () => {
    expect(rows.map(({ key }) => key).sort()).toEqual([...wanted.keys()].sort());
  });

  it('gives each code the class, the remedy, the cause and the text of the sheet', () => {
    expect(Object.fromEntries(rows.map(({ key, means }) => [key, means]))).toEqual(Object.fromEntries(wanted));
  });

  it('has the class that blames nobody, and both texts, for SMS.2009 and SMS.2015, whose two meanings share one status', () => {
    const twice = dotted.map(keyOf).filter((key, place, all) => all.indexOf(key) < place);
    expect(twice).toEqual(['SMS.2009 with 400', 'SMS.2015 with 400']);
    for (const key of twice) {
      const [first, second] = dotted.filter((row) => keyOf(row) === key);
      const text = `${second?.meaning}, or ${first?.meaning}`;
      expect(wanted.get(key)).toMatchObject({ class: 'unknown', remedy: 'no', text });
    }
  });

  it('has an advice only for codes that it lists', () => {
    const codes = new Set(rows.map(({ code }) => code));
    expect(Object.keys(table.advice).filter((code) => !codes.has(code))).toEqual([]);
  });

  it('gives a code the numeric twin of the sheet', () => {
    const twins = sheetRows.flatMap(({ code, twin }) => (twin === undefined ? [] : [[twin, code]]));
    const given = rows.flatMap(({ code, twin }) => (twin === undefined ? [] : [[code, twin]]));
    expect(given.toSorted()).toEqual(twins.toSorted());
  });

  it("has the texts that name one field, from the sheet's codes that blame the request", () => {
    const place = /\{0\}|%s|%\(\w+\)s/g;
    const naming = dotted.filter(
      ({ class: what, message }) => what === 'invalid_request' && message?.match(place)?.length === 1,
    );
    expect(table.fieldTexts).toEqual(
      Object.fromEntries(naming.map(({ code, message }) => [code, message?.replace(place, '{}')])),
    );
  });

  it('gives each status the class, the remedy and the cause of the sheet, with and without a code', () => {
    expect(table.byStatus).toEqual(kinds(sheet.fallback_by_http));
    expect(table.withoutCode).toEqual(kinds(sheet.without_code));
  });
});
