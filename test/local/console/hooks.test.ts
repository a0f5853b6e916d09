import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSamples } from '../../../local/samples.ts';
import type { StoryView } from '../../../src/console/story-view.ts';
import { failure } from '../../../src/lib/provider/failures.ts';
import { completionOf, notApplied } from '../../../src/lib/relay/completion.ts';
import { toResult, writeResult } from '../../../src/lib/relay/result.ts';
import { changeText, logLine, resultText, type StartedConsole, startConsole } from './started-console.ts';

let served: StartedConsole;
beforeEach(async () => {
  served = await startConsole();
});
afterEach(() => served.close());

interface Row {
  ref: string;
  key: string;
  state: string;
  sign: string;
  took?: string;
  next?: number;
  task?: string;
}
const get = async <Body>(path: string) => (await (await fetch(served.url + path)).json()) as Body;
const updates = async (after = '') =>
  (await get(`/console/updates?after=${after}`)) as {
    run: string;
    seq: number;
    complete: boolean;
    rows: Row[];
    status: { counts: Record<string, number> };
  };
const rows = async () => (await updates()).rows;
const story = (ref: string, key = '') =>
  get<StoryView>(`/console/story?${new URLSearchParams({ ref, ...(key && { key }) })}`);
const { sent, delivered, log, published } = {
  sent: (text: string) => served.hooks.sent(text, 'q.fifo'),
  delivered: (text: string, MessageId = 'm') => served.hooks.delivered([{ Body: text, MessageId }]),
  log: (line: string) => served.hooks.log({ source: 'f', line, level: 'info' }),
  published: (detail: string) => served.hooks.published({ detail }),
};

describe('a row', () => {
  it('moves from queued through calling to its outcome, and stays one row', async () => {
    sent(changeText('a'));
    expect(await rows()).toMatchObject([{ ref: 'a', state: 'queued', sign: '…', task: 'task-a' }]);
    delivered(changeText('a'));
    expect(await rows()).toMatchObject([{ state: 'calling' }]);
    log(logLine('a', { message: 'change retried', reason: 'provider_busy', delay_milliseconds: 9000 }));
    const [row] = await rows();
    expect(row).toMatchObject({ state: 'waiting', next: expect.any(Number) });
    published(resultText('a'));
    log(logLine('a'));
    expect(await rows()).toMatchObject([
      { ref: 'a', state: 'succeeded', sign: '✓', took: expect.stringMatching(/ ms$/) },
    ]);
  });

  it('stands for a change that is sent twice, with a line for that in its story', async () => {
    for (const _ of [1, 2]) {
      sent(changeText('a'));
      delivered(changeText('a'));
      published(resultText('a'));
      log(logLine('a'));
    }
    expect(await rows()).toHaveLength(1);
    const { sent: times, published: results, timeline } = await story('a');
    expect({ times, results }).toEqual({ times: 2, results: 2 });
    expect(timeline.map(({ kind }) => kind)).toEqual(['result', 'repeat', 'repeat']);
  });

  it('does not exist for a heartbeat, whatever happens to it, and a fault is not spent on it', async () => {
    const source = 'migration-relay.local.heartbeat';
    const name = { id: 'dcs', source, type: 'migration.relay.heartbeat' };
    const text = JSON.stringify({ specversion: '1.0', ...name });
    const setFault = await fetch(`${served.url}/console/set-fault`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'deliver-twice', times: 1 }),
    });
    expect(setFault.status).toBe(200);
    sent(text);
    expect(delivered(text)).toBe(false);
    log(logLine('x', { message: 'record broken', change: { id: 'dcs', source } }));
    published(writeResult(toResult(source, name, { keyId: 'k', mac: 'm' }, completionOf('heartbeat'), Date.now())));
    const { rows, status } = await updates();
    expect({ rows, ...status.counts }).toMatchObject({ rows: [], queued: 0, retrying: 0, dead: 0 });
    expect(delivered(changeText('a'))).toBe(true);
  });

  it('is separate for other content under the same name', async () => {
    const refused = notApplied(failure('connection_refused'));
    published(resultText('a'));
    published(resultText('a', refused, 'other'));
    const [first, second] = await rows();
    expect(first?.state).toBe('succeeded');
    expect(second?.state).toBe('failed');
    expect((await story('a')).state).toBe('failed');
    expect((await story('a', first?.key)).state).toBe('succeeded');
  });

  it('is removed when there are 500 newer ones', async () => {
    for (let at = 0; at < 505; at += 1) sent(changeText(`n${at}`));
    const all = await rows();
    expect(all).toHaveLength(500);
    expect(all.map(({ ref }) => ref)).not.toContain('n4');
    expect((await fetch(`${served.url}/console/story?ref=n4`)).status).toBe(404);
  });

  it('has the hash of the bytes if the message is not a change', async () => {
    sent('no change at all');
    expect(await rows()).toMatchObject([{ ref: expect.stringMatching(/^sha256:[0-9a-f]{16}$/), state: 'queued' }]);
  });

  it('gets a line that names only its message', async () => {
    delivered(changeText('a'), 'm-1');
    log(logLine('a', { message: 'change retried', reason: 'time_short', message_id: 'm-1', change: {} }));
    expect(await rows()).toMatchObject([{ ref: 'a', state: 'waiting' }]);
  });

  it('shows that a function was killed', async () => {
    delivered(changeText('a'), 'm-1');
    const sentence = '1 of 1 messages come back: Runtime.ExitError: the worker ended with SIGKILL';
    served.hooks.returned(['m-1'], sentence, false);
    delivered(changeText('a'), 'm-1');
    expect((await story('a')).timeline).toMatchObject([
      { kind: 'fault', text: 'the function ended early: Runtime.ExitError: the worker ended with SIGKILL' },
      { kind: 'repeat', text: 'delivered again' },
    ]);
  });
});

describe('an update', () => {
  it('has everything at first, later only what changed since', async () => {
    sent(changeText('a'));
    const first = await updates();
    expect(first).toMatchObject({ complete: true, status: { counts: { queued: 1 } } });
    sent(changeText('b'));
    const second = await updates(`${first.run}.${first.seq}`);
    expect(second).toMatchObject({ complete: false, status: { counts: { queued: 2 } } });
    expect(second.rows.map(({ ref }) => ref)).toEqual(['b']);
  });

  it('has everything for a page of another run', async () => {
    sent(changeText('a'));
    expect(await updates('other.7')).toMatchObject({ complete: true, rows: [{ ref: 'a' }] });
  });
});

/** Reads the stream for a while. */
async function listen(milliseconds: number, lastEventId = '') {
  const signal = AbortSignal.timeout(milliseconds);
  let received = '';
  try {
    const headers = lastEventId ? { 'last-event-id': lastEventId } : {};
    const response = await fetch(`${served.url}/console/stream`, { headers, signal });
    if (response.status !== 200) return String(response.status);
    for await (const chunk of response.body ?? []) received += Buffer.from(chunk).toString();
  } catch {
    // Its time is over.
  }
  return received;
}
const datasOf = (text: string) => [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json));

describe('the stream', () => {
  it('sends at most ten updates a second, however much happens', async () => {
    const heard = listen(650);
    for (let at = 0; at < 100; at += 1) {
      sent(changeText(`s${at}`));
      await wait(4);
    }
    const datas = datasOf(await heard);
    expect(datas.length).toBeLessThanOrEqual(8);
    expect(datas.flatMap((data) => data.rows.map(({ ref }: Row) => ref))).toContain('s9');
  });

  it('continues after the last update that the page has', async () => {
    sent(changeText('a'));
    const [, id = ''] = /^id: (.*)$/m.exec(await listen(150)) ?? [];
    sent(changeText('b'));
    const [data] = datasOf(await listen(150, id));
    expect(data).toMatchObject({ complete: false, rows: [{ ref: 'b' }] });
  });

  it('is refused to a fifth page, which polls instead', async () => {
    const four = [1, 2, 3, 4].map(() => listen(400));
    await wait(150);
    expect(await listen(100)).toBe('204');
    await Promise.all(four);
  });
});

describe('a story', () => {
  it('has the words of the command, with the sentence first', async () => {
    sent(changeText('a', { sequence: '7' }));
    published(resultText('a', completionOf('newer_change_handled')));
    expect(await story('a')).toMatchObject({
      state: 'superseded',
      sentence: expect.stringMatching(/^Superseded\. /),
      title: 'a · DCS update · task task-a',
      copies: { command: 'npx relay status a' },
    });
  });

  it('quotes a name that a shell would split', async () => {
    sent(changeText("a'; rm -rf ~"));
    expect((await story("a'; rm -rf ~")).copies.command).toBe(`npx relay status 'a'\\''; rm -rf ~'`);
  });
});

describe('a secret', () => {
  const CANARY = 'c4n4ry-5ecret';
  it('of a sample never reaches the page, wherever it is', async () => {
    for (const { text } of await readSamples()) sent(text.replaceAll(/("password"\s*:\s*)"[^"]*"/g, `$1"${CANARY}"`));
    sent(changeText('x', { data: { body: { passwort: CANARY, nested: { deep: [CANARY] } } }, token: CANARY }));
    const all = await rows();
    const stories = await Promise.all(all.map(({ key }) => story('', key)));
    expect(JSON.stringify([all, stories])).not.toContain(CANARY);
    expect(JSON.stringify(stories)).toContain('(hidden)');
  });
});
