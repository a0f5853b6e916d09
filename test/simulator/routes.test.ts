import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../simulator/routes.ts';
import { DCS, DCS_TASK, start, TASK } from './calling.ts';

const ONLY_HUAWEI = [
  ['POST', `${DCS}/migration-tasks/batch-restart`, { migration_tasks: [TASK] }],
  ['POST', `${DCS_TASK}/exchange-ip`, {}],
  ['POST', `${DCS_TASK}/rollback-ip`, undefined],
] as const;

describe('a path', () => {
  it.each(ROUTES)('is that of one call only: $method $path', ({ method, path }) => {
    const filled = path.replace(/\{\w+\}/g, 'id');
    const found = ROUTES.filter((route) => route.method === method && route.pattern.test(filled));
    expect(found).toHaveLength(1);
  });

  it.each(ONLY_HUAWEI)('is unknown on Open Telekom Cloud: %s %s', async (method, path, body) => {
    const { signed, control } = await start({ cloud: 'open-telekom-cloud' });
    const { status, body: error } = await signed({ method, path, body });
    expect({ status, error_code: error.error_code }).toEqual({ status: 404, error_code: 'APIGW.0101' });
    await control('PUT', 'settings', { cloud: 'huawei-cloud' });
    expect((await signed({ method, path, body })).body.error_code).not.toBe('APIGW.0101');
  });
});
