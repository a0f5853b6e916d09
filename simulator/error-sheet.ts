import SHEET from './error-codes.json' with { type: 'json' };

/** A code's statuses and texts, the usual one first, and its numeric twin. */
interface Row {
  meanings: [status: number, text: string][];
  twin?: string;
}

/** Rows that replace those of the sheet: seed 004 prints SMS.9004 with 403, and the gateway's text names its limit. */
const OVERRIDES: Record<string, Row> = {
  'APIGW.0308': {
    meanings: [[429, 'The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 minute']],
  },
  'SMS.9004': { meanings: [[403, 'The current account does not have the permission to execute policy.']] },
};

const TABLE = new Map<string, Row>(Object.entries({ ...(SHEET as unknown as Record<string, Row>), ...OVERRIDES }));

/** True for a code in the error tables of the manuals. */
export const isKnownCode = (code: string): boolean => TABLE.has(code);

/** Status and text of a code. If it has several meanings, the one with the wanted status counts, otherwise the first. */
export function meaningOf(code: string, wanted?: number): { status: number; text: string } {
  const meanings = TABLE.get(code)?.meanings ?? [[500, '']];
  const [status, text] = meanings.find(([one]) => one === wanted) ?? meanings[0] ?? [500, ''];
  return { status: wanted ?? status, text };
}

/** The number of a DCS code: 111, the status and the last three digits (DCS error page), unless the page prints another number. */
export const numericTwin = (code: string, status: number): string =>
  code.startsWith('DCS.') ? (TABLE.get(code)?.twin ?? `111${status}${code.slice(-3)}`) : code;
