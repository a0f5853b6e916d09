import { describe, expect, it } from 'vitest';
import { DEFAULT_PROJECT_ID } from '../../../simulator/credentials.ts';
import { DCS, start } from '../calling.ts';

const NOW = Date.UTC(2026, 0, 2);
const NETWORK = { vpc_id: 'v', subnet_id: 's', security_group_id: 'g' };

const startJob = async (moves_after_ms = 0) => {
  let now = NOW;
  const { signed, control } = await start({ clock: () => now, settings: { moves_after_ms } });
  const create = { method: 'POST', path: `${DCS}/migration/instance`, body: { name: 'n', ...NETWORK }, time: now };
  const { instance_id, job_id } = (await signed(create)).body;
  const show = async (project = DCS) =>
    (await signed({ method: 'GET', path: `${project}/jobs/${job_id}`, time: now })).body;
  const advance = (body: object) => control('POST', `tasks/dcs/${DEFAULT_PROJECT_ID}/${instance_id}/advance`, body);
  const pass = (ms: number) => {
    now += ms;
  };
  return { show, advance, pass, job_id };
};

describe('ShowJobInfo', () => {
  it('shows a job that runs while its task is being created', async () => {
    const { show, job_id } = await startJob();
    expect(await show()).toEqual({
      job_id,
      job_type: 'createMigrationInstance',
      status: 'RUNNING',
      begin_time: String(NOW),
    });
  });

  it('shows the end of the job, and still so when the task goes on', async () => {
    const { show, advance, pass } = await startJob();
    pass(5000);
    await advance({});
    expect(await show()).toMatchObject({ status: 'SUCCESS', begin_time: String(NOW), end_time: String(NOW + 5000) });
  });

  it('shows a job that failed', async () => {
    const { show, advance } = await startJob();
    await advance({ fails: true });
    expect(await show()).toMatchObject({ status: 'FAIL', fail_reason: expect.stringMatching(/./) });
  });

  it('goes by itself from INIT through RUNNING to SUCCESS', async () => {
    const { show, pass } = await startJob(1000);
    const statuses = [];
    for (const ms of [499, 1, 500]) {
      pass(ms);
      statuses.push((await show()).status);
    }
    expect(statuses).toEqual(['INIT', 'RUNNING', 'SUCCESS']);
  });

  it('knows no job of another project, and none that was never made', async () => {
    const { show } = await startJob();
    expect((await show('/v2/other')).error_code).toBe('DCS.4133');
    const { signed } = await start();
    expect(await signed({ method: 'GET', path: `${DCS}/jobs/none` })).toMatchObject({
      status: 400,
      body: { error_code: 'DCS.4133' },
    });
  });
});
