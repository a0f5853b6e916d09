import { Writable } from 'node:stream';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { LOCAL_WEBHOOK_SECRET } from '../../local/local-secrets.ts';
import { PORT, readOptions } from '../../local/options.ts';
import { createReport, summary } from '../../local/report.ts';
import type { Sample } from '../../local/samples.ts';
import { signedCurl } from '../../local/signed-curl.ts';
import { completionOf } from '../../src/lib/relay/completion.ts';
import { refusedWith, resultOf } from './made-results.ts';

const result = resultOf({ id: 'change-1', source: '/s' }, refusedWith('SMS.6005'));
const sample = { file: 'a.json' } as Sample;

function written(act: (report: ReturnType<typeof createReport>) => void, rows = false): string[] {
  const chunks: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  act(createReport(out, rows));
  return chunks.join('').split('\n');
}

describe('a line of the report', () => {
  it('shows change, outcome, status, code and time in columns', () => {
    const [line] = written((report) => report.verdict({ sample, result, took: 12.4, problems: [] }), true);
    expect(line?.split(/ {2,}/)).toEqual(['', 'change-1', 'rejected', '400 SMS.6005', '12 ms']);
  });

  it('marks a difference from the expectation, and describes it', () => {
    const lines = written((report) =>
      report.verdict({ sample, result, took: 1, problems: ['outcome is a, expected b'] }),
    );
    expect(lines[0]).toMatch(/^! change-1 /);
    expect(lines[1]).toBe('! a.json: outcome is a, expected b');
  });

  it('names a change that could not be read by its hash', () => {
    const [line] = written((report) =>
      report.result(resultOf({ hash: 'f'.repeat(64) }, completionOf('change_unreadable'))),
    );
    expect(line).toMatch(/^ {2}sha256:ffffffffffffffff +rejected +change_unreadable/);
  });
});

describe('the summary', () => {
  it('counts wrong results and lists missing ones', () => {
    const verdicts = [
      { sample, result, took: 1, problems: [] },
      { sample: { ...sample, file: 'b.json' }, took: 1, problems: ['no result'] },
    ];
    expect(summary(verdicts.slice(0, 1), 1500)).toBe('1 samples, all as expected, in 1.5 s\n  1 rejected on purpose');
    expect(summary(verdicts, 1500).split('\n')).toEqual([
      '2 samples, 1 not as expected, in 1.5 s',
      '  1 rejected',
      'no result for:',
      '  b.json',
    ]);
  });
});

describe('the signed curl line', () => {
  it('has a signature that the webhook accepts, for the body as a shell passes it', () => {
    const line = signedCurl('http://127.0.0.1:1/changes', '{"id":"x","data":{"name":"it\'s"}}');
    const header = (name: string) => new RegExp(`-H '${name}: ([^']*)'`).exec(line)?.[1] ?? '';
    const body = (/--data-raw '(.*)' http/.exec(line)?.[1] ?? '').replaceAll(String.raw`'\''`, "'");
    const headers = Object.fromEntries(
      ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, header(name)]),
    );
    expect(new Webhook(LOCAL_WEBHOOK_SECRET).verify(body, headers)).toMatchObject({ data: { name: "it's" } });
    expect(JSON.parse(body).id).toMatch(/^curl-\d+$/);
  });
});

describe('the options', () => {
  it('have a fixed port for people, and any free one for a single run', () => {
    expect(readOptions([])).toMatchObject({ port: PORT, once: false, timeScale: 20 });
    expect(readOptions(['--once'])).toMatchObject({ port: 0 });
    expect(readOptions(['--once', '--port', '5000'])).toMatchObject({ port: 5000 });
  });

  it.each([['--port', 'x'], ['--port', '70000'], ['--port', '-1'], ['--time-scale', '0'], ['--nothing']])(
    'refuse %s %s',
    (...args) => {
      expect(() => readOptions(args)).toThrow(args[0]);
    },
  );

  it('are not read when help is requested', () => {
    expect(readOptions(['--help'])).toBeUndefined();
  });
});
