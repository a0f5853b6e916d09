import { describe, expect, it } from 'vitest';
import { type Classified, classify } from '../../../src/lib/provider/classify.ts';
import { NOT_REACHED } from '../../../src/lib/provider/error-table.ts';
import { AT_FAULT } from '../../../src/lib/relay/provider.ts';
import sheet from '../../fixtures/errors.json' with { type: 'json' };

const rows = sheet.errors;
const twins = new Map(rows.flatMap(({ code, twin }) => (twin === undefined ? [] : [[code, twin] as const])));

function of(status: number, body?: unknown): Pick<Classified, 'class' | 'code' | 'remedy' | 'executed'> {
  const { class: what, code, remedy, executed } = classify({ status, body });
  return { class: what, code, remedy, executed };
}

const MISSING = { class: 'not_found', code: 'DCS.4133', remedy: 'no', executed: 'no' };

describe('classify: what is it', () => {
  it('has the class of the sheet for every row', () => {
    const twice = new Set(['SMS.2009', 'SMS.2015']); // two meanings at one status, tested below
    const wrong = rows
      .filter(({ code }) => !twice.has(code))
      .filter((row) => of(row.http ?? 400, { error_code: row.code }).class !== row.class);
    expect(rows).toHaveLength(796);
    expect(wrong).toEqual([]);
  });

  it('has the remedy of the sheet for every row, or a read-back where the outcome is open', () => {
    const wrong = rows.filter((row) => {
      const { remedy, executed, class: what } = of(row.http ?? 400, { error_code: row.code });
      return what === row.class && remedy !== (executed === 'unknown' ? 'reconcile' : row.retry);
    });
    expect(wrong).toEqual([]);
  });

  it.each(['SMS.2009', 'SMS.2015'])(
    'does not decide between the two meanings of %s, which share one status',
    (code) => {
      expect(of(400, { error_code: code })).toEqual({ class: 'unknown', code, remedy: 'no', executed: 'no' });
    },
  );

  it('distinguishes several meanings of one code by the status', () => {
    const body = { error_code: 'APIGW.0201' };
    const given = [400, 413, 414, 494, 502, 504].map((status) => classify({ status, body }).cause);
    expect(given).toEqual([...Array(4).fill('request'), undefined, undefined]);
  });

  it('depends on the status alone if none of several meanings has it', () => {
    expect(of(403, { error_code: 'APIGW.0201' })).toEqual({
      class: 'forbidden',
      code: 'APIGW.0201',
      remedy: 'no',
      executed: 'no',
    });
  });

  it('is the same for every numeric code and its dotted twin', () => {
    expect(twins.size).toBe(117);
    for (const [code, twin] of twins) expect(of(400, { error_code: Number(code) }).code).toBe(twin);
  });

  it("converts an unlisted number by the pages' rule, but never into a listed code", () => {
    const known = rows.filter(({ code, http }) => code.startsWith('DCS.') && http !== null);
    const unlisted = known.filter(({ code }) => ![...twins.values()].includes(code));
    const folded = unlisted.map(({ code, http }) => [
      code,
      of(400, { error_code: `111${http}${code.slice(-3)}` }).code,
    ]);
    const changed = folded.filter(([code, other]) => code !== other);
    expect(unlisted.length).toBeGreaterThan(50);
    // Another dotted code has this number on the page.
    expect(changed).toEqual([
      ['DCS.2003', 'DCS.3003'],
      ['DCS.3053', 'DCS.4053'],
    ]);
    expect(of(400, { error_code: 111400133 })).toEqual(MISSING);
  });

  it('treats the APIG code of a customer-run gateway as its APIGW twin', () => {
    expect(of(429, { error_code: 'APIG.0308' }).code).toBe('APIGW.0308');
    expect(of(504, { error_code: 'APIG.0203' }).code).toBe('APIG.0203');
  });

  it('trusts the code more than the status', () => {
    expect(of(404, { error_code: 'SMS.9003' }).class).toBe('forbidden');
    expect(of(400, { error_code: 'SMS.6522' })).toMatchObject({ class: 'unauthenticated', remedy: 'after_refresh' });
  });

  const listed = (of: Record<string, string[]>) => Object.entries(of).filter(([status]) => status !== 'other');
  it.each(listed({ ...sheet.fallback_by_http, ...sheet.without_code }))(
    'treats HTTP %s without a code as the sheet says',
    (status, [what, , cause]) =>
      expect(classify({ status: Number(status) })).toMatchObject({ class: what, code: `http_${status}`, cause }),
  );

  it.each(listed(sheet.fallback_by_http))(
    'treats HTTP %s with an unlisted code of the service as the sheet says',
    (status, [what, , cause]) =>
      expect(classify({ status: Number(status), body: { error_code: 'SMS.9876' } })).toMatchObject({
        ...{ class: what, code: 'SMS.9876', cause },
      }),
  );

  it('treats an unlisted code by the status, and keeps the code', () => {
    expect(of(409, { error_code: 'DCS.9876' })).toEqual({
      class: 'conflict',
      code: 'DCS.9876',
      remedy: 'later',
      executed: 'no',
    });
  });

  it('is unknown for an unusual status', () => {
    expect(of(460)).toMatchObject({ class: 'unknown', code: 'http_460' });
  });
});

describe('classify: shapes of the body', () => {
  it.each([
    ['flat', { error_code: 'DCS.4133', error_msg: 'x', error_ext_msg: null }],
    ['with the details of SMS', { error_code: 'DCS.4133', error_msg: 'x', error_param: [], details: [] }],
    ['of the gateway', { error_msg: 'x', error_code: 'DCS.4133', request_id: 'r' }],
    ['nested', { error: { code: 'DCS.4133', message: 'x' } }],
    ['nested with flat names', { error: { error_code: 'DCS.4133', error_msg: 'x' } }],
    ['with an error object that has no code', { error: { title: 'x' }, error_code: 'DCS.4133' }],
    ['bare', { code: 'DCS.4133', message: 'x' }],
    ['with names in camel case', { errorCode: 'DCS.4133', errorMsg: 'x' }],
    ['that is a list of errors', [{ error_code: 'DCS.4133' }]],
    ['with a list of errors', { errors: [{ error_code: 'DCS.4133' }] }],
    ['with the code in the text of its error', { error: 'DCS.4133: no such task' }],
    ['with a list as its code', { error_code: ['DCS.4133'] }],
    ['with blanks in the code', { error_code: ' DCS. 4133 ' }],
    ['in small letters', { error_code: 'dcs.4133' }],
  ])('reads a body %s', (_shape, body) => {
    expect(of(400, body)).toEqual(MISSING);
  });

  it('reads a nested numeric code as text and as a number', () => {
    expect(of(404, { error: { code: '111404022', message: 'x' } }).code).toBe('DCS.3022');
    expect(of(404, { error_code: 111404022 }).code).toBe('DCS.3022');
  });

  it('takes no code from an unusual place of a 5xx, where it might prove that no service was called', () => {
    expect(of(502, { errors: [{ error_code: 'APIGW.0610' }] })).toMatchObject({
      code: 'http_502',
      executed: 'unknown',
    });
    expect(of(502, { error_code: 'APIGW.0610' })).toMatchObject({ code: 'APIGW.0610', executed: 'no' });
  });

  it("ignores keystone's code, which is the status", () => {
    const body = { error: { code: 401, message: 'x', title: 'Unauthorized' } };
    expect(of(401, body)).toMatchObject({ class: 'unauthenticated', code: 'http_401' });
  });

  it.each([undefined, null, 'text', 7, [], {}, [{ error_code: 'x' }], { error_code: {} }, { error_code: true }])(
    'falls back to the status for %j',
    (body) => expect(of(400, body)).toMatchObject({ class: 'service_error', code: 'http_400' }),
  );

  it.each(['hunter2', 'DCS.4133; hunter2', 'DCS.hunter', '<b>', 'A'.repeat(1000), 'TOKEN.123456789'])(
    'does not take %j as a code, because it may be anything',
    (code) => expect(JSON.stringify(classify({ status: 400, body: { error_code: code } }))).not.toContain(code),
  );

  it.each(['EPS.0004', 'PAP5.0099', 'DMS.00400099', 'ECS.0319', 'VPC.0202', 'APIC.9999', 'S3M.0001', '111400888'])(
    'passes %s on as it is, whatever its service',
    (code) => expect(of(403, { error: { error_code: code } }).code).toBe(code),
  );
});

describe('classify: who is to blame', () => {
  const causeOf = (status: number, body?: unknown) => classify({ status, body }).cause;
  const blames = (status: number, body?: unknown) => {
    const { class: what, remedy, cause } = classify({ status, body });
    return AT_FAULT.has(what) && (remedy === 'no' || remedy === 'after_change') && cause === undefined;
  };

  it('is never the change where the reply has no code, whatever the status', () => {
    const bodies = [undefined, '<html>', {}, { message: 'x' }, { error: { code: 400, message: 'x' } }];
    const statuses = [...Array(100).keys()].map((last) => 400 + last);
    expect(statuses.filter((status) => bodies.some((body) => blames(status, body)))).toEqual([]);
  });

  it.each(['DCS', 'SMS', 'S3M'])('may be the change where a code of %s says so', (prefix) => {
    expect(blames(400, { error_code: `${prefix}.9999` })).toBe(true);
    expect(blames(400, { error_code: 111400888 })).toBe(true);
  });

  it.each(['EPS', 'ECS', 'VPC', 'PAP5', 'APIC', 'IAM', 'APIGW', 'APIG', 'CBC'])(
    'is the other service where an unlisted code of %s refuses the request',
    (prefix) => {
      const body = { error_code: `${prefix}.9999` };
      for (const status of [400, 404, 412]) expect(causeOf(status, body)).toBe('service');
      expect(blames(403, body)).toBe(false);
    },
  );

  it('is not the change for a listed code of the gateway, of IAM or of another service, unless the code says that a resource is gone', () => {
    const others = rows.filter(({ code }) => !/^(?:DCS|SMS)\.|^111/.test(code));
    const blaming = others.filter(({ code, http }) => blames(http ?? 400, { error_code: code }));
    expect(blaming.map(({ code }) => code)).toEqual(['CBC.30000067']);
  });

  it.each([
    ['DCS.4001', 404, 'not_found', 'address'],
    ['111404001', 404, 'not_found', 'address'],
    ['DCS.5001', 405, 'not_found', 'address'],
    ['APIGW.0101', 404, 'not_found', 'address'],
    ['DCS.4035', 400, 'forbidden', 'quota'],
    ['DCS.4036', 400, 'forbidden', 'quota'],
    ['111400039', 400, 'forbidden', 'quota'],
    ['DCS.4875', 400, 'forbidden', 'quota'],
    ['SMS.6407', 400, 'forbidden', 'quota'],
    ['SMS.6501', 400, 'forbidden', 'quota'],
    ['SMS.6526', 400, 'forbidden', 'quota'],
    ['SMS.7113', 400, 'forbidden', 'quota'],
    ['SMS.8115', 400, 'forbidden', 'quota'],
    ['PAP5.0028', 409, 'forbidden', 'quota'],
    ['SMS.6015', 400, 'service_error', 'request'],
    ['SMS.6016', 400, 'service_error', 'request'],
    ['SMS.2003', 401, 'service_error', 'request'],
    ['SMS.2005', 401, 'service_error', 'request'],
    ['SMS.2006', 401, 'service_error', 'request'],
    ['APIGW.0201', 494, 'service_error', 'request'],
    ['APIG.0204', 400, 'service_error', 'request'],
    ['SMS.6529', 400, 'forbidden', 'account'],
    ['CBC.18000016', 400, 'forbidden', undefined],
  ])('of %s with %i is not the change (%s, %s), and it is final', (error_code, status, what, cause) => {
    const found = classify({ status, body: { error_code } });
    expect(found).toMatchObject({ class: what, cause, remedy: 'no', executed: 'no' });
    expect(blames(status, { error_code })).toBe(false);
  });

  it.each([
    ['EPS.0086', 400, 'conflict'],
    ['DMS.00400026', 400, 'conflict'],
    ['APIG.3500', 400, 'conflict'],
    ['APIG.3711', 400, 'throttled'],
  ])('of %s is nobody, because it is temporary', (error_code, status, what) => {
    expect(classify({ status, body: { error: { error_code } } })).toMatchObject({ class: what, remedy: 'later' });
  });

  it.each([423, 425])('of a bare %i is nobody, because it is temporary', (status) => {
    expect(of(status)).toMatchObject({ remedy: 'later', executed: 'no' });
  });

  it('of a state that the task keeps is the change: only another state helps', () => {
    expect(of(400, { error_code: 'DCS.4957' })).toMatchObject({ class: 'conflict', remedy: 'after_change' });
  });
});

describe('classify: was it executed', () => {
  it.each([400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 418, 422, 429])('HTTP %i says no', (status) => {
    expect(of(status).executed).toBe('no');
  });

  it.each([301, 307, 408, 500, 501, 502, 503, 504, 599])('HTTP %i leaves it open', (status) => {
    expect(of(status).executed).toBe('unknown');
  });

  it.each(['SMS.6000', 'SMS.6301', 'SMS.7706'])('%s leaves it open although the status is 400', (code) => {
    expect(of(400, { error_code: code })).toMatchObject({ executed: 'unknown', remedy: 'reconcile' });
  });

  it.each(rows.filter(({ class: what }) => what === 'unknown').slice(0, 3))(
    '$code says no, like every 4xx without a row that asks for a read, although its class is unknown',
    ({ code }) => expect(of(400, { error_code: code }).executed).toBe('no'),
  );

  it.each(rows.filter(({ http }) => (http ?? 0) >= 500 && http !== null))(
    '$code with $http says no only if the gateway gives the reason why it called no service',
    ({ code, http }) => {
      const { code: folded, executed } = of(http ?? 500, { error_code: code });
      expect(executed).toBe(folded in NOT_REACHED ? 'no' : 'unknown');
    },
  );

  it('a conflict with status 500 leaves it open', () => {
    expect(of(500, { error_code: 'DCS.4069' })).toMatchObject({ class: 'conflict', executed: 'unknown' });
  });

  it.each(Object.keys(NOT_REACHED))('%s proves that no service was called, whatever the status', (code) => {
    expect(of(502, { error_code: code }).executed).toBe('no');
    expect(of(404, { error_code: code }).executed).toBe('no');
  });

  it.each(['APIGW.0201', 'APIGW.0601', 'APIGW.0705', 'APIG.0202', 'APIG.0203'])('%s proves nothing', (code) => {
    expect(of(502, { error_code: code }).executed).toBe('unknown');
  });
});

describe('classify: words', () => {
  const body = { error_code: 'DCS.4063', error_msg: 'Invalid task_id parameter in the request.' };
  const fields = new Set(['task_id']);

  it('names the field that the provider names', () => {
    expect(classify({ status: 400, body, fields }).message).toBe('the provider does not accept the field task_id');
  });

  it('names no field that was not sent', () => {
    expect(classify({ status: 400, body, fields: new Set(['name']) }).message).not.toContain('task_id');
  });

  it.each([
    'Invalid {0} parameter in the request.',
    'invalid parameter',
    'Invalid  parameter in the request.',
    'Invalid ',
  ])('names none in %j', (error_msg) =>
    expect(classify({ status: 400, body: { ...body, error_msg }, fields }).message).toBe(
      'a parameter is not acceptable',
    ),
  );

  it("never repeats the provider's text", () => {
    const texts = { error_msg: 'CANARY', error_ext_msg: 'CANARY', request_id: 'CANARY', details: ['CANARY'] };
    for (const { code, http } of rows)
      expect(JSON.stringify(classify({ status: http ?? 400, body: { error_code: code, ...texts } }))).not.toMatch(
        /CANARY/,
      );
  });

  it('gives every row a message and one sentence of advice', () => {
    for (const { code, http } of rows) {
      const { message, advice } = classify({ status: http ?? 400, body: { error_code: code } });
      expect({ message, advice }).toEqual({
        message: expect.stringMatching(/\w/),
        advice: expect.stringMatching(/^[A-Z][^.]+\.$/),
      });
    }
  });

  it('says that an unknown address is not a missing task', () => {
    expect(classify({ status: 404 }).advice).toContain('endpoint');
    expect(classify({ status: 404, body: { error_code: 'APIGW.0101' } }).advice).toContain('endpoint');
    expect(classify({ status: 400, body: { error_code: 'DCS.4133' } }).advice).not.toContain('endpoint');
  });

  it.each([
    ['DCS.4911', /^Free an address of the subnet or name another/],
    ['SMS.6615', /^Name another target server/],
    ['SMS.7605', /^Name another target server/],
    ['SMS.2015', /wait until the task has stopped/],
  ])('has an advice of its own for %s, for which that of its class would mislead', (error_code, advice) => {
    expect(classify({ status: 400, body: { error_code } }).advice).toMatch(advice);
  });

  it('advises to read the task first, whatever the code, if the request may have been carried out', () => {
    const { advice } = classify({ status: 500, body: { error_code: 'DCS.4911' } });
    expect(advice).toMatch(/^Read the task before anything else/);
  });
});
