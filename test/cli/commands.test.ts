import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guides } from '../docs/guides.ts';
import { readme } from '../docs/readme.ts';
import { wholeMigration } from '../docs/whole-migration.ts';
import { type CommandOutput, hasAnsi, relay as runRelay, type Setting } from './terminal.ts';
import { type OwnStack, startOwnStack } from './with-stack.ts';

let own: OwnStack;
let confirmed: Promise<CommandOutput>;
beforeAll(async () => {
  own = await startOwnStack();
  // A lost reply is read back only when its lease is over. The other tests run meanwhile.
  confirmed = relay(['send', '--sample', 'dcs-configure-incremental', '--fault', 'timeout-after-apply']);
}, 60_000);
afterAll(() => own.stop());

const relay = (args: string[], setting: Setting = {}) =>
  runRelay(args, { ...setting, env: { ...own.env, ...setting.env } });
const json = (text: string) => JSON.parse(text);
const file = async (name: string, content: unknown) => {
  const path = join(await mkdtemp(join(own.folder, 'files-')), name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const event = (id: string, more: object = {}) => ({
  specversion: '1.0',
  id,
  source: '/cli-test',
  type: 'migration.dcs.migration-task.update',
  data: { project_id: '0'.repeat(32), task_id: 'task-cli', body: { resume_mode: 'auto' } },
  ...more,
});

describe('relay send', () => {
  it('sends a sample, waits, and shows how it ended: data on stdout, messages on stderr', async () => {
    const { code, out, err } = await relay(['send', '--sample', 'dcs.configure']);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/✓ valid {6}migration\.dcs.*\n✓ queued {5}dcs-configure-/s),
    });
    expect(out).toMatch(/^dcs-configure-\w+\tsucceeded\t1\treply\t\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
  });

  it('sends through the webhook too', async () => {
    const { code, out } = await relay(['send', '--sample', 'sms.update', '--via', 'webhook', '--json']);
    expect({ code, outcome: json(out).items[0].outcome }).toEqual({ code: 0, outcome: 'succeeded' });
  });

  it('shows what it waits for, with a line per state', async () => {
    const { code, err } = await relay(['send', '--sample', 'dcs.update', '--fault', 'throttled']);
    expect(code).toBe(0);
    expect(err).toMatch(/! provider {3}HTTP 429.*\n/);
    expect(err).toMatch(/… waiting {6}The provider could not accept it now \(APIGW\.0308, HTTP 429\)/);
  });

  it('sends a change again after the provider refused the connection', async () => {
    const { code, out, err } = await relay(['send', '--sample', 'dcs.update', '--fault', 'connection-refused']);
    expect(err).toContain('! provider   the connection is refused');
    const [, outcome, attempts, confirmedBy] = out.split('\t');
    expect({ code, outcome, confirmedBy }).toEqual({ code: 0, outcome: 'succeeded', confirmedBy: 'reply' });
    expect(Number(attempts)).toBeGreaterThan(1);
  });

  it('sends the fields of --set, and refuses one that no change has', async () => {
    const done = await relay([
      'send',
      '--sample',
      'sms.update',
      '--set',
      'data.body.speed_limit=77',
      '--set',
      'data.body.name=named',
      '-n',
      '--json',
    ]);
    expect({ code: done.code, sent: json(done.out).sent }).toEqual({ code: 0, sent: false });
    const { code, err } = await relay(['send', '--sample', 'sms.update', '--set', 'data.body.sped_limit=77']);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('did you mean data.body.speed_limit?') });
  });

  it('exits with 5 after a failure and says what to do', async () => {
    const { code, out } = await relay(['send', '--sample', 'dcs-update-missing-task'], { terminal: true });
    expect(code).toBe(5);
    expect(out).toMatch(/✗ rejected.*DCS\.4133[\s\S]*Fix: Check the ids/);
  });

  it('exits with 8 when the time is over first', async () => {
    const args = ['send', '--sample', 'dcs.configure', '--fault', 'timeout-after-apply', '--timeout', '500ms'];
    const { code, out } = await relay(args);
    expect({ code, out }).toEqual({ code: 8, out: expect.stringMatching(/\tpending\n/) });
  });

  it('waits for the result of a change that was sent before, and for a conflict', async () => {
    const path = await file('one.json', event('twice'));
    await relay(['send', path]);
    const repeat = await relay(['send', path, '--json']);
    expect({ code: repeat.code, repeated: json(repeat.out).items[0].repeated }).toEqual({ code: 5, repeated: true });
    const output = await relay(['send', path, '--no-color'], { terminal: true });
    expect(output.out).toMatch(
      /^✗ rejected {2}had already ended at \d\d:\d\d:\d\d; same result, the provider was not called\n/,
    );
    const other = await relay(['send', path, '--set', 'data.body.resume_mode=manual', '--json']);
    const [conflict] = json(other.out).items;
    expect({ code: conflict.result.data.error.code, repeated: conflict.repeated }).toEqual({
      code: 'idempotency_conflict',
      repeated: false,
    });
  });

  it('accepts JSON Lines, shows its progress, and continues where it stopped', async () => {
    const lines = ['a', 'b', 'c'].map((id) => JSON.stringify(event(`line-${id}`, { data: taskData(`task-${id}`) })));
    const path = await file('many.jsonl', `${lines.join('\n')}\n`);
    const first = await relay(['send', path]);
    expect(first.out.trim().split('\n')).toHaveLength(3);
    expect(first.err).toMatch(/line-\w rejected/);
    expect((await readFile(`${path}.done`, 'utf8')).trim().split('\n')).toHaveLength(3);
    await writeFile(path, `${[...lines, JSON.stringify(event('line-d', { data: taskData('task-d') }))].join('\n')}\n`);
    const second = await relay(['send', path]);
    expect(second.out.trim().split('\t')[0]).toBe('line-d');
    expect(second.err).toContain('3 of 4 lines were already done');
  });

  it('says what was sent when it is interrupted', async () => {
    const interrupt = new AbortController();
    const running = relay(['send', '--sample', 'dcs.configure', '--fault', 'timeout-after-apply'], {
      signal: interrupt.signal,
      onErr: (text) => text.includes('queued') && setTimeout(() => interrupt.abort(), 50),
    });
    const { code, err } = await running;
    expect({ code, err }).toEqual({
      code: 130,
      err: expect.stringMatching(
        /error: interrupted: 1 of 1 sent, 0 ended {2}\[interrupted\]\n {2}fix {5}relay status/,
      ),
    });
  });
});

const taskData = (task_id: string) => ({ project_id: '0'.repeat(32), task_id, body: { resume_mode: 'auto' } });

describe('relay status', () => {
  it('shows the story in a terminal: sentence, attempts, next tries, the provider', async () => {
    const sent = await relay(['send', '--sample', 'dcs.update', '--fault', 'throttled']);
    const id = sent.out.split('\t')[0] as string;
    const { code, out } = await relay(['status', id, '--no-color'], { terminal: true });
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`^${id} · DCS update · task .*\n✓ succeeded {2}The provider accepted it at attempt 2 after`),
    );
    expect(out).toMatch(
      /attempt 1: the provider could not accept it now \(APIGW\.0308, HTTP 429\); it is sent again, next at \d\d:\d\d:\d\d\.\d{3}/,
    );
    expect(out).toContain("provider's side: received 2, applied 1, agrees");
  });

  it('waits for a change without a trace, and says so when the time is over', async () => {
    const { code, out } = await relay(['status', 'not-yet', '--wait', '--timeout', '300ms', '--json']);
    expect({ code, state: json(out).state }).toEqual({ code: 8, state: 'not seen' });
    const path = await file('late.json', event('late'));
    const waiting = relay(['status', 'late', '--wait', '--json', '--timeout', '10s']);
    await relay(['send', path, '--no-wait']);
    const ended = await waiting;
    expect({ code: ended.code, state: json(ended.out).state }).toEqual({ code: 5, state: 'rejected' });
  });

  it('says that there is no trace of an unknown id, and that this is not a success', async () => {
    const { code, out } = await relay(['status', 'typo-id', '--since', '2h'], { terminal: true });
    expect({ code, hasAnsi: hasAnsi(out) }).toEqual({ code: 1, hasAnsi: true });
    const plain = await relay(['status', 'typo-id', '--since', '2h', '--no-color'], { terminal: true });
    expect(plain.out).toBe(
      'typo-id\n? not seen  No trace of it in the last 2 h. If it was sent just now, it may still be queued.\nFix: check the id, --source and --since\n',
    );
    const { code: known } = await relay([
      'status',
      (await relay(['send', '--sample', 'dcs.update'])).out.split('\t')[0] ?? '',
    ]);
    expect(known).toBe(0);
  });

  it('asks for the source when two sources use one id', async () => {
    for (const source of ['/one', '/two']) await relay(['send', await file('x.json', event('shared', { source }))]);
    const { code, err } = await relay(['status', 'shared']);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/several sources use the id shared[\s\S]*\/one, \/two/),
    });
    expect((await relay(['status', 'shared', '--source', '/one'])).code).toBe(0);
  });
});

describe('relay results', () => {
  it('shows published results, and only those that were asked for', async () => {
    const { out } = await relay(['results', '--since', '1h', '--outcome', 'succeeded', '--json']);
    const outcomes = new Set(json(out).items.map((one: { data: { outcome: string } }) => one.data.outcome));
    expect([...outcomes]).toEqual(['succeeded']);
    const none = await relay(['results', '--task', 'nobody']);
    expect({ code: none.code, out: none.out }).toEqual({ code: 0, out: '' });
    expect((await relay(['results', '--task', 'nobody'], { terminal: true })).out).toMatch(
      /^No results in the last 15 min\.\n$/,
    );
  });

  it('follows results byte for byte, each once, after it has said that it follows', async () => {
    const interrupt = new AbortController();
    const lines: string[] = [];
    const isSeen = Promise.withResolvers<void>();
    const following = relay(['results', '--follow', '--json', '--since', '1s'], {
      signal: interrupt.signal,
      onOut: (text) => lines.push(...text.trim().split('\n')) && isSeen.resolve(),
    });
    await relay(['send', '--sample', 'dcs.update']);
    await isSeen.promise;
    interrupt.abort();
    expect((await following).code).toBe(130);
    const published = own.stack.bus.events.map(({ detail }) => detail);
    expect(lines.filter((line) => !published.includes(line))).toEqual([]);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('stops at the first result that is not a success, if asked to', async () => {
    const following = relay(['results', '--follow', '--fail-fast', '--since', '1s', '--outcome', 'rejected']);
    await relay(['send', '--sample', 'dcs-update-terminating']);
    expect((await following).code).toBe(5);
  });
});

describe('relay plan', () => {
  it('shows request, difference and forecast, but no secret', async () => {
    await relay(['send', '--sample', 'sms.update']);
    const path = await file('p.json', await sampleWith('sms-2026-01-rename-and-slow', { id: 'planned' }));
    await relay(['send', '--sample', 'sms-2026-01-rename-and-slow']);
    const { code, out } = await relay(['plan', path, '--set', 'x'].slice(0, 2).concat('--json'));
    expect({ code, kind: json(out).forecast.kind }).toEqual({ code: 0, kind: 'call' });
    const changed = await file(
      'q.json',
      await sampleWith('sms-2026-01-rename-and-slow', { id: 'q' }, { speed_limit: 5 }),
    );
    const differs = await relay(['plan', changed, '--exit-code', '--no-color'], { terminal: true });
    expect(differs.code).toBe(7);
    expect(differs.out).toMatch(
      /~ data\.body\.speed_limit {2}100 -> 5[\s\S]*# 1 equal field not shown \(--full\)[\s\S]*1 field would change/,
    );
    await relay(['send', '--sample', 'dcs-configure-password-ref']);
    await relay(['send', changed]);
    await relay(['send', await file('r.json', await sampleWith('sms-2026-01-rename-and-slow', { id: 'r' }))]);
    const ended = await relay(['plan', changed, '--exit-code', '--no-color'], { terminal: true });
    expect({ code: ended.code, out: ended.out }).toEqual({
      code: 0,
      out: expect.stringMatching(
        /Nothing would be sent: this change ended at \d{4}-\S+Z as succeeded\. The task differs from the change in 1 field, 0 can't be compared\.\n$/,
      ),
    });
    expect(json((await relay(['plan', changed, '--json'])).out).would_send).toBe(false);
    const secret = await relay(['plan', 'events/dcs-configure-password-ref.json', '--json']);
    expect(secret.out).toContain('(from secret ');
    expect(secret.out).not.toContain('local-redis');
  });

  it('says of a call that sets no field that it can be compared with nothing, and ends as for a difference', async () => {
    const sent = await relay(['send', '--sample', 'dcs-stop-incremental']);
    expect(sent.code).toBe(0);
    for (const sample of ['dcs-stop-incremental', 'dcs-create-online-migration']) {
      const text = await readFile(`events/${sample}.json`, 'utf8');
      const path = await file(`${sample}.json`, text.replace(`"id": "${sample}"`, '"id": "planned-call"'));
      const { code, out } = await relay(['plan', path, '--exit-code', '--no-color'], { terminal: true });
      expect({ code, out }).toEqual({
        code: 7,
        out: expect.stringContaining("can't be compared with what the provider"),
      });
      expect(json((await relay(['plan', path, '--json'])).out).differences).toEqual([]);
    }
  });

  it('forecasts how a change ends whose task does not exist', async () => {
    const change = await sampleWith('dcs-update-auto', { id: 'lost' });
    const path = await file('lost.json', { ...change, data: { ...change.data, task_id: 'nobody-made-it' } });
    const planned = await relay(['plan', path, '--exit-code', '--no-color'], { terminal: true });
    expect(planned.code).toBe(0);
    expect(planned.out).toMatch(
      /Ledger: the relay would send it \(the relay has no record of it\)\.\nIt would end as ✗ rejected: .*\(DCS\.4133\)\nFix: /,
    );
    const { forecast, ending } = json((await relay(['plan', path, '--json'])).out);
    expect({ kind: forecast.kind, outcome: ending.outcome, code: ending.code }).toEqual({
      kind: 'call',
      outcome: 'rejected',
      code: 'DCS.4133',
    });
    const sent = json((await relay(['send', path, '--json'])).out).items[0];
    expect({ outcome: sent.outcome, code: sent.result.data.error.code }).toEqual({
      outcome: ending.outcome,
      code: ending.code,
    });
    const again = json((await relay(['plan', path, '--json'])).out);
    expect({ kind: again.forecast.kind, ending: again.ending }).toEqual({ kind: 'publish-again', ending: undefined });
  });

  it('calls nobody when it is offline', async () => {
    const { code, out } = await relay(['plan', 'events/dcs-configure-incremental.json', '--offline', '--json']);
    expect({ code, differences: json(out).differences }).toEqual({ code: 0, differences: undefined });
    expect(out).not.toContain('xxxxxx');
  });
});

async function sampleWith(name: string, attributes: object, body: object = {}) {
  const sample = json(await readFile(`events/${name}.json`, 'utf8'));
  return { ...sample, ...attributes, data: { ...sample.data, body: { ...sample.data.body, ...body } } };
}

describe('relay doctor', () => {
  it('finds no fault of the local stack in less than five seconds', async () => {
    const start = performance.now();
    const { code, out } = await relay(['doctor', '--json']);
    expect(json(out).items.filter(({ level }: { level: string }) => level !== 'good')).toEqual([]);
    expect(code).toBe(0);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('shows what a producer must know, for people, pipes and programs', async () => {
    const { items } = json((await relay(['doctor', '--json'])).out) as { items: { names?: object }[] };
    expect(Object.assign({}, ...items.map(({ names }) => names))).toEqual({
      ...{ dcs: own.stack.queues.dcs, sms: own.stack.queues.sms, address: own.stack.webhookUrl },
      ...{ table: 'migration-relay-local-ledger', bus: 'migration-relay-local-results' },
      log: '/aws/events/migration-relay-local-results',
    });
    const { out } = await relay(['doctor', '--only', 'queues', '--no-color'], { terminal: true });
    expect(out).toContain(`  queues dcs  ${own.stack.queues.dcs}\n`);
    expect((await relay(['doctor', '--only', 'webhook'])).out).toContain(
      `webhook\tnamed\taddress\t${own.stack.webhookUrl}\n`,
    );
  });

  it('says how to repair what is wrong', async () => {
    const { 'migration-relay/local/fingerprint': fingerprintSecret = '' } = own.secrets;
    own.secrets['migration-relay/local/fingerprint'] = '{}';
    const { code, out } = await relay(['doctor', '--only', 'fingerprint-secret', '--json']);
    own.secrets['migration-relay/local/fingerprint'] = fingerprintSecret;
    expect({ code, items: json(out).items }).toEqual({
      code: 1,
      items: [expect.objectContaining({ level: 'bad', fix: expect.stringContaining('docs/runbook.md#secretfaults') })],
    });
  });
});

describe('relay send without a reply of the provider', () => {
  it('confirms the change by reading the task back', async () => {
    const { code, out } = await confirmed;
    const [, outcome, attempts, confirmedBy] = out.split('\t');
    expect({ code, outcome, attempts, confirmedBy }).toEqual({
      code: 0,
      outcome: 'succeeded',
      attempts: '2',
      confirmedBy: 'read-back',
    });
  });
});

describe('every command', () => {
  const DATA: [string, string[]][] = [
    ['validate', ['validate', 'events/dcs-update-auto.json']],
    ['plan', ['plan', 'events/dcs-update-auto.json']],
    ['send', ['send', 'events/dcs-update-auto.json']],
    ['status', ['status', 'dcs-update-auto']],
    ['results', ['results', '--since', '1h']],
    ['results, empty', ['results', '--since', '1ms']],
    ['dlq list, empty', ['dlq', 'list']],
    ['dlq replay, empty', ['dlq', 'replay', '--all']],
    ['doctor', ['doctor']],
    ['explain', ['explain', 'DCS.4133']],
  ];
  it.each(DATA)('%s prints one JSON object in its format, and plain text in a pipe', async (_name, args) => {
    const machine = await relay([...args, '--json']);
    expect(json(machine.out)).toMatchObject({ format: '1.0' });
    expect(machine.out.trim().split('\n')).toHaveLength(1);
    const piped = await relay(args);
    expect(hasAnsi(piped.out + piped.err)).toBe(false);
    expect(piped.out).not.toMatch(/^(TIME|WHEN)\b/);
  });

  const WRONG: [string, number, string, string[]][] = [
    ['an unknown command', 2, 'usage', ['sned']],
    ['an unknown option', 2, 'usage', ['results', '--sicne', '1h']],
    ['a noun without a verb', 2, 'usage', ['dlq']],
    ['a missing argument', 2, 'usage', ['status']],
    ['a file that is not there', 2, 'usage', ['validate', 'nobody.json']],
    ['a time that is none', 2, 'usage', ['results', '--since', 'soon']],
    ['an outcome that is none', 2, 'usage', ['results', '--outcome', 'sucess']],
    ['a sample that is none', 2, 'usage', ['send', '--sample', 'dcs.configre']],
    ['a fault that is none', 2, 'usage', ['send', '--sample', 'dcs.update', '--fault', 'fire']],
    ['neither file nor sample', 2, 'usage', ['send']],
    ['a replay of nothing', 2, 'usage', ['dlq', 'replay']],
    ['a finding that is none', 2, 'usage', ['resolve', 'x', '--as', 'maybe', '--reason', 'r']],
    ['a reason that is missing', 2, 'usage', ['resolve', 'x', '--as', 'applied']],
    ['a word without meaning', 2, 'usage', ['explain', 'DCS.9999']],
    ['an invalid change to validate', 3, 'change_invalid', ['validate', 'events/invalid/unknown-field.json']],
    ['an invalid change to plan', 3, 'change_invalid', ['plan', 'events/invalid/unknown-mode.json']],
    ['an invalid change to send', 3, 'change_invalid', ['send', 'events/invalid/not-json.txt']],
    ['a change that did not fail to resend', 3, 'not_failed', ['resend', 'events/dcs-update-terminating.json']],
    ['a stage that does not exist', 4, 'no_such_stage', ['results', '--stage', 'No']],
    ['a dead letter that is not there', 1, 'not_found', ['dlq', 'show', 'x']],
    ['a known outcome to resolve', 1, 'not_unknown', ['resolve', 'x', '--as', 'applied', '--reason', 'r']],
  ];
  it.each(WRONG)(
    'reports %s with exit code %i and a code, as one object on stderr',
    async (_name, exit, code, args) => {
      const { code: got, out, err } = await relay([...args, '--json']);
      expect({ got, out }).toEqual({ got: exit, out: '' });
      expect(json(err.trim().split('\n').at(-1) ?? '')).toMatchObject({
        format: '1.0',
        error: { code, exit_code: exit, message: expect.any(String) },
      });
      const plain = await relay(args);
      expect(plain.err).toMatch(/^error: .+ {2}\[\w+\]$/m);
      expect(plain.err).not.toMatch(/^error: failed\b/);
      expect(hasAnsi(plain.err)).toBe(false);
    },
  );

  it('shows examples first in its help, and has no one-letter options but h, q and n', async () => {
    for (const name of ['validate', 'plan', 'send', 'status', 'results', 'resend', 'resolve', 'doctor', 'explain']) {
      const { code, out } = await relay([name, '--help']);
      expect(code).toBe(0);
      expect(out).toMatch(/^relay /);
      expect([...out.matchAll(/^ {2}-(\w)\b/gm)].map(([, id]) => id).filter((id) => !'hqn'.includes(id ?? ''))).toEqual(
        [],
      );
    }
    expect((await relay(['result', '--since', '1ms'])).code).toBe(0);
    expect((await relay(['--json', 'results', '--since', '1ms'])).code).toBe(0);
  });
});

guides(() => own);
readme(() => own);
wholeMigration(() => own);
