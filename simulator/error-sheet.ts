import SHEET from './error-codes.json' with { type: 'json' };

/** A code's statuses and texts, the usual one first, and its number in the other of the two systems. */
interface Row {
  meanings: [status: number, text: string][];
  twin?: string;
}

/** Where the sheet has a rule instead of an answer: seed 004 prints SMS.9004 with 403, the gateway names its limit. */
const PRINTED: Record<string, Row> = {
  'APIGW.0308': {
    meanings: [[429, 'The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 minute']],
  },
  'SMS.9004': { meanings: [[403, 'The current account does not have the permission to execute policy.']] },
};

const TABLE = new Map<string, Row>(Object.entries({ ...(SHEET as unknown as Record<string, Row>), ...PRINTED }));

/** True for a code that the error tables of the manuals have. */
export const isKnownCode = (code: string): boolean => TABLE.has(code);

/** Status and text of a code; of a code with several meanings that of the status wanted, else the first. */
export function meaningOf(code: string, wanted?: number): { status: number; text: string } {
  const meanings = TABLE.get(code)?.meanings ?? [[500, '']];
  const [status, text] = meanings.find(([one]) => one === wanted) ?? meanings[0] ?? [500, ''];
  return { status: wanted ?? status, text };
}

/** 111, status and the last three digits, DCS.4063 being 111400063 (DCS error page), unless the page prints another number. */
export const numericTwin = (code: string, status: number): string =>
  code.startsWith('DCS.') ? (TABLE.get(code)?.twin ?? `111${status}${code.slice(-3)}`) : code;
