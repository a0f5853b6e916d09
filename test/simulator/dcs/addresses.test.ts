import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import { DCS_TASK, start, TASK } from '../calling.ts';

const task = `tasks/dcs/${DEFAULT_PROJECT_ID}/${TASK}`;
const exchange = { method: 'POST', path: `${DCS_TASK}/exchange-ip` };
const rollback = { method: 'POST', path: `${DCS_TASK}/rollback-ip` };

const at = async (status: string, task_status?: string) => {
  const started = await start();
  await started.control('PUT', task, { status, task_status });
  const statuses = async () => {
    const { body } = await started.signed({ method: 'GET', path: DCS_TASK });
    return [body.status, body.task_status];
  };
  return { ...started, statuses };
};

describe('ExchangeInstanceIp', () => {
  it.each([{}, { is_exchange_domain: false }, { exchanged_ip: ['10.0.0.1'], is_exchange_domain: true }])(
    'exchanges the addresses for %j and answers nothing',
    async (body) => {
      const { signed, control, statuses } = await at('INCRMIGEATING');
      const { status, text } = await signed({ ...exchange, body });
      expect({ status, text }).toEqual({ status: 204, text: '' });
      expect(await statuses()).toEqual(['INCRMIGEATING', 'EXCHANGING']);
      await control('POST', `${task}/advance`);
      expect(await statuses()).toEqual(['INCRMIGEATING', 'EXCHANGE_SUCCESS']);
    },
  );

  it('exchanges the addresses again, as no page excludes it', async () => {
    const { signed, statuses } = await at('INCRMIGRATING', 'EXCHANGE_SUCCESS');
    expect((await signed({ ...exchange, body: {} })).status).toBe(204);
    expect(await statuses()).toEqual(['INCRMIGRATING', 'EXCHANGING']);
  });

  it.each([
    ['RUNNING', undefined, 'DCS.4957'],
    ['FULLMIGRATING', undefined, 'DCS.4957'],
    ['INCRMIGEATING', 'EXCHANGING', 'DCS.4957'],
    ['DELETED', undefined, 'DCS.4133'],
  ])('is refused at %s, %s with %s', async (status, task_status, error_code) => {
    const { signed } = await at(status, task_status);
    expect(await signed({ ...exchange, body: {} })).toMatchObject({ status: 400, body: { error_code } });
  });

  it.each([
    [undefined, 'DCS.4004'],
    [{ exchanged_ip: '10.0.0.1' }, 'DCS.4063'],
    [{ is_exchange_domain: 'no' }, 'DCS.4063'],
  ])('refuses the body %j', async (body, error_code) => {
    const { signed } = await at('INCRMIGEATING');
    expect((await signed({ ...exchange, body })).body.error_code).toBe(error_code);
  });
});

describe('RollbackExchangeInstanceIp', () => {
  it.each([undefined, {}])('gives the addresses back, with the body %j', async (body) => {
    const { signed, statuses } = await at('INCRMIGEATING', 'EXCHANGE_SUCCESS');
    expect(await signed({ ...rollback, body })).toMatchObject({ status: 204, text: '' });
    expect(await statuses()).toEqual(['INCRMIGEATING', 'ROLLBACK_SUCCESS']);
  });

  it.each([undefined, 'EXCHANGING', 'ROLLBACK_SUCCESS'])('is refused at task_status %s', async (task_status) => {
    const { signed } = await at('INCRMIGEATING', task_status);
    expect(await signed(rollback)).toMatchObject({ status: 400, body: { error_code: 'DCS.4957' } });
  });
});
