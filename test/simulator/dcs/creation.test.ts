import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import { DCS, dcsTask, ONLINE, start } from '../calling.ts';

const NETWORK = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };
const BODY = { name: 'redis-move-17', description: 'orders cache, wave 2', ...NETWORK };
const create = { method: 'POST', path: `${DCS}/migration/instance`, body: BODY };

describe('CreateOnlineMigrationTask', () => {
  it('makes a task and answers its id and that of its job', async () => {
    const { signed } = await start();
    const { status, body } = await signed(create);
    expect({ status, body }).toEqual({
      status: 200,
      body: { instance_id: expect.stringMatching(/^[0-9a-f-]{36}$/), job_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect((await signed({ method: 'GET', path: dcsTask(body.instance_id) })).body).toMatchObject({
      task_id: body.instance_id,
      task_name: 'redis-move-17',
      description: 'orders cache, wave 2',
      status: 'CREATING',
      tenant_vpc_id: 'v',
      tenant_subnet_id: 's',
      tenant_security_group_id: 'g',
      ecs_tenant_private_ip: expect.stringMatching(/^192\.168\.\d+\.\d+$/),
    });
  });

  it('makes another task for the same name', async () => {
    const { signed } = await start();
    const [one, other] = [(await signed(create)).body, (await signed(create)).body];
    expect(one.instance_id).not.toBe(other.instance_id);
  });

  it('makes a task that is configured once its machine is there', async () => {
    const { signed, control } = await start();
    const { instance_id } = (await signed(create)).body;
    const configure = { method: 'POST', path: `${DCS}/migration/${instance_id}/task`, body: ONLINE };
    expect((await signed(configure)).body.error_code).toBe('DCS.4026');
    await control('POST', `tasks/dcs/${DEFAULT_PROJECT_ID}/${instance_id}/advance`);
    expect((await signed(configure)).body.status).toBe('FULLMIGRATING');
  });

  it('names the new task in the log, and only where it is known', async () => {
    const { signed, simulator } = await start();
    const { instance_id } = (await signed(create)).body;
    const [received, applied] = simulator.log();
    expect(received).not.toHaveProperty('task');
    expect(applied).toMatchObject({
      kind: 'applied',
      request: received?.request,
      project: DEFAULT_PROJECT_ID,
      task: instance_id,
      after: { task_id: instance_id, status: 'CREATING' },
    });
    expect(applied?.before).toEqual({});
  });

  it.each([
    ['open-telekom-cloud', 'by-cloud', false],
    ['huawei-cloud', 'by-cloud', true],
    ['huawei-cloud', false, false],
    ['open-telekom-cloud', true, true],
  ] as const)('on %s with job_id %s has a job: %s', async (cloud, job_id, has) => {
    const { signed } = await start({ cloud, settings: { job_id } });
    expect('job_id' in (await signed(create)).body).toBe(has);
  });

  it.each(['name', 'vpc_id', 'subnet_id', 'security_group_id'])('refuses a body without %s', async (name) => {
    const { signed, simulator } = await start();
    for (const value of [undefined, null, '', 7]) {
      const { status, body } = await signed({ ...create, body: { ...BODY, [name]: value } });
      expect({ status, body }).toEqual({
        status: 400,
        body: { error_code: 'DCS.4063', error_msg: `Invalid ${name} parameter in the request.` },
      });
    }
    expect(simulator.log().map(({ kind }) => kind)).not.toContain('applied');
  });
});
