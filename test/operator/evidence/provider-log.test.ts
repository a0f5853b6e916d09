import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relay as runRelay } from '../../cli/terminal.ts';
import { type OwnStack, startOwnStack } from '../../cli/with-stack.ts';

let own: OwnStack;
beforeAll(async () => {
  own = await startOwnStack();
}, 60_000);
afterAll(() => own.stop());

const PROJECT = '0123456789abcdef'.repeat(2);
const relay = (...args: string[]) => runRelay(args, { env: own.env });
const json = async (...args: string[]) => JSON.parse((await relay(...args, '--json')).out);
const control = (path: string, method: string, body: object) =>
  fetch(`${own.stack.simulatorUrl}/simulator/${path}`, { method, body: JSON.stringify(body) });
const makeTask = (task: string) => control(`tasks/dcs/${PROJECT}/${task}`, 'PUT', { status: 'FULLMIGRATING' });
const event = (id: string, task: string) =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '/cli-test', type: 'migration.dcs.migration-task.update' },
    data: { project_id: PROJECT, task_id: task, body: { resume_mode: 'auto' } },
  });

async function send(name: string, ...events: string[]) {
  const path = join(own.folder, name);
  await writeFile(path, events.join('\n'));
  return relay('send', path);
}

describe("the provider's side of a change", () => {
  it('has no call of other changes of its task', async () => {
    await makeTask('task-pair');
    const ids = [0, 1, 2, 3].map((n) => `pair-${n}`);
    await send('pair.jsonl', ...ids.map((id) => event(id, 'task-pair')));
    const sides = await Promise.all(ids.map(async (id) => (await json('status', id)).provider));
    expect(sides).toEqual(ids.map(() => ({ received: 1, applied: 1, agrees: true })));
  });

  it('has the call that created a task, although its path names none', async () => {
    await send(
      'create.json',
      JSON.stringify({
        ...{ specversion: '1.0', id: 'create', source: '/cli-test', type: 'migration.dcs.online-migration.create' },
        data: {
          project_id: PROJECT,
          body: { name: 'made-here', vpc_id: 'v', subnet_id: 's', security_group_id: 'g' },
        },
      }),
    );
    const { state, provider } = await json('status', 'create');
    expect({ state, provider }).toEqual({ state: 'succeeded', provider: { received: 1, applied: 1, agrees: true } });
  });

  it('disagrees if the provider applied twice what the story shows as sent once', async () => {
    await makeTask('task-twice');
    // The provider answers that it is busy, and carries the request out nevertheless.
    await control('faults', 'POST', { code: 'DCS.4096', lands_after_ms: 0, calls: 1, match: { task: 'task-twice' } });
    await send('twice.json', event('twice', 'task-twice'));
    const { state, provider } = await json('status', 'twice');
    expect({ state, provider }).toEqual({ state: 'succeeded', provider: { received: 2, applied: 2, agrees: false } });
  });
});
