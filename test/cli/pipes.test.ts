import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBigStage } from './big-stage.ts';

/** More than a mebibyte in every form. A pipe takes 64 KiB. A wrong line makes more output. */
const MANY = 20_000;
const WRONG = 7000;
const MEBIBYTE = 1_048_576;

let folder: string;
let stage: Awaited<ReturnType<typeof startBigStage>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-pipes-'));
  stage = await startBigStage(MANY);
  const change = (id: number, mode: string) => ({
    ...{ specversion: '1.0', id: `change-${id}`, source: '/pipes', type: 'migration.dcs.migration-task.update' },
    data: { project_id: '0'.repeat(32), task_id: `task-${id}`, body: { resume_mode: mode } },
  });
  const lines = (count: number, mode: string) =>
    Array.from({ length: count }, (_, id) => JSON.stringify(change(id, mode))).join('\n');
  await writeFile(join(folder, 'stack.json'), stage.stack);
  await writeFile(join(folder, 'good.jsonl'), lines(MANY, 'auto'));
  await writeFile(join(folder, 'bad.jsonl'), lines(WRONG, 'none-of-them'));
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a shell line in which $RELAY is the command. */
async function shell(line: string) {
  const env = { ...process.env, RELAY: `${process.execPath} src/cli/bin.js`, F: folder };
  const child = spawn('sh', ['-c', line], {
    env: { ...env, RELAY_STACK_FILE: join(folder, 'stack.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err };
}

/** Reads on a second after the first byte, when the command has long written everything. */
const SLOW = '(head -c 1; sleep 1; cat)';

// They run in parallel, because they mostly wait.
describe.concurrent('a slow reader', { timeout: 60_000 }, () => {
  it.each([
    ['validate', 'validate $F/good.jsonl', MANY],
    ['send --dry-run', 'send -n $F/good.jsonl', MANY],
    ['results', `results --limit ${MANY}`, MANY],
  ])('gets every line of relay %s', async (_name, args, count) => {
    const { out, err } = await shell(`{ $RELAY ${args}; echo "ended $?" >&2; } | ${SLOW}`);
    expect(err).toMatch(/^ended 0$/m);
    expect(out.length).toBeGreaterThan(MEBIBYTE);
    expect(out.trimEnd().split('\n').length).toBeGreaterThanOrEqual(count);
  });

  it.each([
    ['validate', 'validate $F/good.jsonl'],
    ['send --dry-run', 'send -n $F/good.jsonl'],
    ['results', `results --limit ${MANY}`],
  ])('gets the whole object of relay %s --json', async (_name, args) => {
    const { out, err } = await shell(`{ $RELAY ${args} --json; echo "ended $?" >&2; } | ${SLOW}`);
    expect(err).toMatch(/^ended 0$/m);
    expect(out.length).toBeGreaterThan(MEBIBYTE);
    expect(JSON.parse(out).items).toHaveLength(MANY);
  });

  it('gets the whole error, and the exit code is that of the error', async () => {
    const { out } = await shell(`{ $RELAY validate --json $F/bad.jsonl 2>&1; echo "ended $?"; } | ${SLOW}`);
    const [object = '', end] = out.trimEnd().split('\n');
    expect(object.length).toBeGreaterThan(MEBIBYTE);
    expect({ problems: JSON.parse(object).error.problems.length, end }).toEqual({ problems: WRONG, end: 'ended 3' });
  });
});

describe('a reader that closes early', { timeout: 60_000 }, () => {
  it.each([
    ['validate', 'validate $F/good.jsonl'],
    ['results', `results --limit ${MANY}`],
  ])('ends relay %s without a message', async (_name, args) => {
    const { out, err } = await shell(`{ $RELAY ${args}; echo "ended $?" >&2; } | head -n 1`);
    expect({ out: out.split('\n').length, err }).toEqual({ out: 2, err: 'ended 0\n' });
  });

  it('of the errors does not change the exit code', async () => {
    const { out } = await shell(
      `{ $RELAY validate --json $F/bad.jsonl 2>&1 >/dev/null; echo "ended $?" >&3; } 3>&1 | head -c 1`,
    );
    expect(out).toBe('{');
    const { err } = await shell(`{ $RELAY validate $F/bad.jsonl 2>&1 >/dev/null; echo "ended $?" >&3; } 3>&2 | true`);
    expect(err).toBe('ended 3\n');
  });
});

describe('output that cannot be written', () => {
  it.skipIf(!existsSync('/dev/full'))('is reported, and is not a success', async () => {
    const { err } = await shell('$RELAY explain exit-codes > /dev/full; echo "ended $?" >&2');
    expect(err).toMatch(/^error: the output cannot be written: .*ENOSPC.*\nended 1\n$/);
  });
});
