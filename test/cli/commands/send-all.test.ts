import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSlowLine } from '../slow-line.ts';
import { relay as runRelay, type Setting } from '../terminal.ts';
import { type OwnStack, startOwnStack } from '../with-stack.ts';

const PROJECT = '0123456789abcdef'.repeat(2);

let own: OwnStack;
let lines: Awaited<ReturnType<typeof startSlowLine>>[];
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  own = await startOwnStack();
  const { endpoints, webhookUrl, simulatorUrl } = own.stack;
  const [queue, ledger, webhook] = await Promise.all(
    [endpoints.AWS_ENDPOINT_URL_SQS ?? '', endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '', webhookUrl].map(startSlowLine),
  );
  lines = [queue, ledger, webhook].flatMap((line) => line ?? []);
  const slow = { AWS_ENDPOINT_URL_SQS: queue?.url, AWS_ENDPOINT_URL_DYNAMODB: ledger?.url };
  const file = join(own.folder, 'slow-stack.json');
  const stack = { pid: process.pid, webhookUrl: `${webhook?.url}/changes`, simulatorUrl };
  await writeFile(file, JSON.stringify({ ...stack, endpoints: { ...endpoints, ...slow } }));
  env = { RELAY_STACK_FILE: file };
}, 60_000);
afterAll(async () => {
  await Promise.all(lines.map((line) => line.close()));
  await own.stop();
});

const relay = (args: string[], setting: Setting = {}) => runRelay(args, { ...setting, env });

interface Line {
  task: string;
  number: number;
  mode?: string;
  sequence?: string;
}

const idOf = ({ task, number }: Line) => `${task}-line-${number}`;
const textOf = ({ mode = 'auto', sequence, ...line }: Line) =>
  JSON.stringify({
    ...{ specversion: '1.0', id: idOf(line), source: '/order', type: 'migration.dcs.migration-task.update' },
    ...(sequence !== undefined && { sequence }),
    data: { project_id: PROJECT, task_id: line.task, body: { resume_mode: mode } },
  });

async function fileOf(given: Line[]): Promise<string> {
  const path = join(await mkdtemp(join(own.folder, 'lines-')), 'changes.jsonl');
  await writeFile(path, given.map((line) => `${textOf(line)}\n`).join(''));
  return path;
}

/** Tasks that exist in the simulator. */
async function makeTasks(...tasks: string[]): Promise<void> {
  for (const task of tasks)
    await fetch(`${own.stack.simulatorUrl}/simulator/tasks/dcs/${PROJECT}/${task}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'FULLMIGRATING', resume_mode: 'manual' }),
    });
}

/** The order in which the changes of a task were carried out. */
const processed = (task: string) =>
  own.stack.bus.events
    .map(({ detail }) => JSON.parse(detail).data.change.id as string)
    .filter((id) => id.startsWith(`${task}-line-`));

const numbered = (task: string, count: number, of: (number: number) => Partial<Line> = () => ({})): Line[] =>
  Array.from({ length: count }, (_, at) => ({ task, number: at + 1, mode: at % 2 ? 'auto' : 'manual', ...of(at + 1) }));

describe('relay send changes.jsonl over a slow line', { timeout: 60_000 }, () => {
  it.each(['queue', 'webhook'])('sends the lines of a task in the order of the file, by the %s', async (via) => {
    const [one, other] = [`task-${via}-1`, `task-${via}-2`];
    await makeTasks(one, other);
    const given = [...numbered(one, 8), ...numbered(other, 4)];
    const { code } = await relay(['send', await fileOf(given), '--via', via, '--timeout', '40s']);
    expect(code).toBe(0);
    expect(processed(one)).toEqual(numbered(one, 8).map(idOf));
    expect(processed(other)).toEqual(numbered(other, 4).map(idOf));
  });

  it('supersedes no line by a later one of the same file when they have sequences', async () => {
    await makeTasks('task-numbered');
    const given = numbered('task-numbered', 8, (number) => ({ sequence: String(number) }));
    const { code, out } = await relay(['send', await fileOf(given), '--json', '--timeout', '40s']);
    const outcomes = JSON.parse(out).items.map(({ outcome }: { outcome: string }) => outcome);
    expect({ code, outcomes }).toEqual({ code: 0, outcomes: Array(8).fill('succeeded') });
  });

  it('continues in the order of the file after an interrupt', async () => {
    await makeTasks('task-resumed');
    const given = numbered('task-resumed', 30);
    const path = await fileOf(given);
    const interrupt = new AbortController();
    const setting = {
      signal: interrupt.signal,
      onErr: (text: string) => text.includes('-line-3 ') && interrupt.abort(),
    };
    const first = await relay(['send', path, '--timeout', '40s'], setting);
    expect({ code: first.code, err: first.err }).toEqual({ code: 130, err: expect.stringContaining('[interrupted]') });
    const second = await relay(['send', path, '--timeout', '40s']);
    expect(second.code).toBe(0);
    expect([...new Set(processed('task-resumed'))]).toEqual(given.map(idOf));
  });

  it('sends the lines of different tasks side by side', async () => {
    const tasks = Array.from({ length: 12 }, (_, at) => `task-beside-${at}`);
    await makeTasks(...tasks);
    const path = await fileOf(tasks.map((task) => ({ task, number: 1 })));
    lines[0]?.busiest();
    await relay(['send', path, '--no-wait']);
    // If tasks were sent one after the other, it would be one.
    expect(lines[0]?.busiest()).toBeGreaterThan(3);
  });
});

describe('FILE.done', { timeout: 60_000 }, () => {
  it('that cannot be written is reported before the first line is sent', async () => {
    const path = await fileOf(numbered('task-no-done', 3));
    await mkdir(`${path}.done`);
    const { code, out, err } = await relay(['send', path]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /nothing was sent {2}\[usage\]\n {2}file {4}.*changes\.jsonl\.done\n {2}why {5}EISDIR\n {2}fix {5}.*--again/,
    );
    expect(processed('task-no-done')).toEqual([]);
    await makeTasks('task-no-done');
    const again = await relay(['send', path, '--again', '--timeout', '40s']);
    expect({ code: again.code, out: again.out.trim().split('\n').length }).toEqual({ code: 0, out: 3 });
  });

  it('is not written by a dry run', async () => {
    const path = await fileOf(numbered('task-dry', 1));
    expect((await relay(['send', path, '-n'])).code).toBe(0);
    await expect(readFile(`${path}.done`)).rejects.toThrow('ENOENT');
  });

  it('that can no longer be written does not hide a result', async () => {
    await makeTasks('task-full');
    const path = await fileOf(numbered('task-full', 3));
    // The bus has a result before the command can read it, so no result is recorded before the folder is gone.
    own.stack.onResult(({ detail }) => {
      if (detail.includes('task-full-line-'))
        rmSync(path.replace('/changes.jsonl', ''), { recursive: true, force: true });
    });
    const { code, out, err } = await relay(['send', path, '--timeout', '40s']);
    expect({ code, out: out.trim().split('\n').length }).toEqual({ code: 0, out: 3 });
    expect(err).toMatch(
      /warning: .*changes\.jsonl\.done could not be written \(ENOENT\), so it lacks 3 of the results/,
    );
  });
});
