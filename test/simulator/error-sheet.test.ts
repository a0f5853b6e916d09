import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import table from '../../simulator/error-codes.json' with { type: 'json' };
import sheet from '../fixtures/errors.json' with { type: 'json' };
import { DCS_TASK, start } from './calling.ts';

const update = { method: 'PUT', path: DCS_TASK, body: { resume_mode: 'manual' } };

/** What other sources print: seed 004's 403, the gateway's limit, a status that its page leaves out. */
const PRINTED: Record<string, object> = {
  'SMS.9004': { status: 403, text: expect.stringContaining('does not have the permission to execute policy.') },
  'APIGW.0308': { text: expect.stringContaining('The throttling threshold has been reached') },
  'DCS.5010': { status: 500 },
};
const codes = [...Map.groupBy(sheet.errors, ({ code }) => code)].map(([code, [first]]) => ({
  code,
  status: first?.http,
  text: first?.message ?? expect.stringMatching(/./),
  ...PRINTED[code],
}));

describe('a fault by a code', () => {
  it('answers each of the 785 codes with its own status and text', async () => {
    const { signed, control } = await start();
    expect(codes).toHaveLength(785);
    for (const { code, status, text } of codes) {
      await control('POST', 'faults', { code, calls: 1 });
      const { body, ...answer } = await signed(update);
      expect({ code, status: answer.status, error_code: body.error_code }).toEqual({ code, status, error_code: code });
      expect({ code, error_msg: body.error_msg }).toEqual({ code, error_msg: text });
    }
  });

  it.each([
    ['SMS.2007', undefined, 400],
    ['SMS.2007', 500, 500],
    ['APIGW.0201', undefined, 400],
    ['APIGW.0201', 413, 413],
    ['DCS.5010', undefined, 500],
  ])('of several meanings or none, %s with status %s, answers %i', async (code, status, expected) => {
    const { signed, control } = await start();
    await control('POST', 'faults', { code, ...(status !== undefined && { status }) });
    expect((await signed(update)).status).toBe(expected);
  });

  it.each([
    ['DCS.5006', 500, '111500006'],
    ['DCS.4069', 500, '111400069'],
    ['DCS.4957', 400, '111400957'],
    ['SMS.6000', 400, 'SMS.6000'],
  ])('is sent as its number where numbers are set: %s', async (code, status, number) => {
    const { signed, control } = await start({ settings: { numeric_codes: true } });
    await control('POST', 'faults', { code });
    const { body, ...answer } = await signed(update);
    expect({ status: answer.status, error_code: body.error_code }).toEqual({ status, error_code: number });
  });

  it('stays as it was set where a call has a number of its own', async () => {
    const { signed, control } = await start();
    await control('POST', 'faults', { code: 'DCS.4063' });
    expect((await signed(update)).body).toEqual({
      error_code: 'DCS.4063',
      error_msg: 'Invalid {0} parameter in the request.',
    });
  });

  it('has the form of Keystone from IAM', async () => {
    const { login, control } = await start();
    await control('POST', 'faults', { match: { service: 'iam' }, status: 503, calls: 1 });
    expect((await login({})).body).toEqual({
      error: { code: 503, message: 'Service Unavailable', title: 'Service Unavailable' },
    });
    await control('POST', 'faults', { match: { service: 'iam' }, status: 429, calls: 1 });
    expect((await login({})).body.error_code).toBe('APIGW.0308');
    await control('POST', 'faults', { match: { service: 'iam' }, code: 'IAM.0061', calls: 1 });
    expect((await login({})).body).toEqual({ error_code: 'IAM.0061', error_msg: 'Account locked.' });
  });
});

const Meanings = z.array(z.tuple([z.int().min(400).max(599), z.string().min(1)])).min(1);
const Table = z.record(
  z.string().regex(/^(?:[A-Z][A-Z0-9]+\.\d{4,8}|111\d{6})$/),
  z.strictObject({
    twin: z
      .string()
      .regex(/^111\d{6}$/)
      .optional(),
    meanings: Meanings,
  }),
);

describe('error-codes.json of the simulator', () => {
  const rows = Table.parse(table);
  // The one code without a printed status has its number among those of 500.
  const sent = sheet.errors.map((row) => ({ ...row, http: row.http ?? 500 }));

  it('has each code of the sheet, and no other', () => {
    expect(Object.keys(rows).sort()).toEqual([...new Set(sent.map(({ code }) => code))].sort());
  });

  it("gives each code the statuses and texts of the sheet in the sheet's order", () => {
    // Where no text is published, the meaning stands for it; its remarks in parentheses speak of the sheet's sources.
    const meanings = ({ http, message, meaning }: (typeof sent)[number]) => [
      http,
      message ?? meaning.replace(/ \([^)]*\)/g, ''),
    ];
    const wanted = [...Map.groupBy(sent, ({ code }) => code)].map(([code, of]) => [code, of.map(meanings)] as const);
    expect(Object.fromEntries(Object.entries(rows).map(([code, row]) => [code, row.meanings]))).toEqual(
      Object.fromEntries(wanted),
    );
  });

  it('gives a code the numeric twin of the sheet', () => {
    const twins = sent.flatMap(({ code, twin }) => (twin === undefined ? [] : [[twin, code]]));
    const given = Object.entries(rows).flatMap(([code, { twin }]) => (twin === undefined ? [] : [[code, twin]]));
    expect(given.toSorted()).toEqual(twins.toSorted());
  });
});
