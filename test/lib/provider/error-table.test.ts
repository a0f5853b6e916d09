import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/lib/provider/classify.ts';
import {
  fieldNamed,
  listedCodes,
  meaningOfCode,
  meaningOfStatus,
  meaningsOf,
  NOT_REACHED,
  tableCode,
} from '../../../src/lib/provider/error-table.ts';

describe('NOT_REACHED', () => {
  const NEVER_CALLED = [
    ...['0101', '0103', '0301', '0302', '0303', '0304', '0305', '0306', '0307', '0308', '0310', '0311'],
    ...['0605', '0606', '0608', '0609', '0610', '0611', '0612', '0613'],
  ].map((digits) => `APIGW.${digits}`);
  const CHECK_OF_A_THIRD_PARTY = ['APIG.0615', 'APIG.0616', 'APIG.0617'];

  it('is exactly the reviewed list', () => {
    expect(Object.keys(NOT_REACHED).sort()).toEqual([...CHECK_OF_A_THIRD_PARTY, ...NEVER_CALLED].sort());
  });

  it.each(Object.entries(NOT_REACHED))('gives the reason for %s', (_code, reason) => {
    expect(reason).toMatch(/^(the|no|access|IAM) ?.+ .+/);
  });
});

describe('the table of codes', () => {
  it('returns for a code all that its row says', () => {
    expect(meaningOfCode('DCS.4099', 400)).toEqual({
      status: 400,
      class: 'conflict',
      remedy: 'later',
      text: 'instance cannot be deleted while creating, starting, stopping or restarting',
    });
  });

  it('returns nothing for an unlisted code', () => {
    expect([meaningOfCode('DCS.9876', 400), meaningOfCode('', 400), meaningOfCode('#', 400)]).toEqual(Array(3));
  });

  it('keeps a code without a twin as it is', () => {
    expect(['DCS.4099', 'DCS.9876', 'APIG.9876', 'undefined'].map(tableCode)).toEqual([
      ...['DCS.4099', 'DCS.9876', 'APIG.9876', 'undefined'],
    ]);
  });

  it('finds a code by its numeric twin, and lists both', () => {
    expect(meaningsOf('111400099')).toEqual(meaningsOf('DCS.4099'));
    expect(meaningsOf('DCS.4099')).toHaveLength(1);
    expect(listedCodes()).toEqual(expect.arrayContaining(['DCS.4099', '111400099']));
    expect(meaningsOf('DCS.9876')).toEqual([]);
  });

  it('returns for a status all that its row says', () => {
    const text = 'no code of the provider explains this HTTP status';
    expect(meaningOfStatus(404)).toEqual({ status: 404, class: 'not_found', remedy: 'no', cause: 'address', text });
    expect(meaningOfStatus(503)).toEqual({ status: 503, class: 'service_error', remedy: 'later', text });
  });

  it('returns no remedy for an unlisted status', () => {
    expect(meaningOfStatus(460)).toMatchObject({
      status: 460,
      class: 'unknown',
      remedy: 'no',
      text: expect.stringMatching(/ HTTP status$/),
    });
  });
});

describe('fieldNamed', () => {
  const sent = new Set(['task_id', 'undefined', 'ask_id', '']);
  const named = (text: string, code = 'DCS.4063') => fieldNamed(code, text, sent);

  it('finds the name between the two halves of the text', () => {
    expect(named('Invalid task_id parameter in the request.')).toBe('task_id');
    expect(named('The parameter contains invalid characters: task_id', 'SMS.0522')).toBe('task_id');
    expect(named("'task_id' is a required property.", 'IAM.0072')).toBe('task_id');
  });

  it.each([
    'Xnvalid task_id parameter in the request.',
    'Invalid task_id parameter in the request!',
    'Invalid task_id!parameter in the request.',
    'task_id',
  ])('finds none in %j, in which one half differs', (text) => expect(named(text)).toBeUndefined());

  it('finds none under a code that names no field', () => {
    expect(named('Invalid task_id parameter in the request.', 'DCS.4133')).toBeUndefined();
  });
});

describe('classify: something that is not a code', () => {
  const codeOf = (error_code: unknown) => classify({ status: 400, body: { error_code } }).code;

  it.each([
    ['4DCS.4133'],
    ['DCS_4133'],
    ['D.4133'],
    ['DCSDCSDCSDCSDCSDC.4133'],
    ['DCS.4133x'],
    ['DCS.413'],
    ['DCS.413300000'],
    ['11140413'],
  ])('is %j', (code) => expect(codeOf(code)).toBe('http_400'));

  it('is a member that is not a text, and the next one is read', () => {
    const body = { error_code: 'DCS.4063', error_msg: 5 };
    expect(classify({ status: 400, body, fields: new Set(['task_id']) }).message).toBe('a parameter is not acceptable');
  });

  it('has no field if the fields that were sent are not given', () => {
    const body = { error_code: 'DCS.4063', error_msg: 'Invalid task_id parameter in the request.' };
    expect(classify({ status: 400, body }).message).toBe('a parameter is not acceptable');
  });
});
