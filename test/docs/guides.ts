import { spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { LOCAL_WEBHOOK_SECRET } from '../../local/local-secrets.ts';
import { OUTCOMES } from '../../src/lib/relay/result-schema.ts';
import type { OwnStack } from '../cli/with-stack.ts';
import { blocksOf, blockWith } from './blocks.ts';

const PRODUCER = 'docs/producer.md';
const CONSUMER = 'docs/consumer.md';
const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

/** Runs the snippets of docs/producer.md and docs/consumer.md against a stack. */
export function guides(own: () => OwnStack): void {
  /** Runs a snippet in a folder with change.json, a change under an id of its own. Returns what it printed. */
  async function runSnippet(name: string, tool: string, file: string, code: string): Promise<string> {
    const folder = join(own().folder, name);
    await mkdir(folder, { recursive: true });
    const change = blockWith(PRODUCER, 'json', '"order-1042"').replace('order-1042', name);
    await writeFile(join(folder, 'change.json'), change);
    // Not every version of the AWS CLI takes its endpoint from the environment.
    const there = code.replaceAll('order-1042', name).replace(/^aws /m, 'aws --endpoint-url "$AWS_ENDPOINT_URL_SQS" ');
    await writeFile(join(folder, file), there);
    const child = spawn(tool, [file], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          ...own().stack.endpoints,
          QUEUE_URL: own().stack.queues.dcs,
        },
        ...{ WEBHOOK_URL: own().stack.webhookUrl, WEBHOOK_SECRET: LOCAL_WEBHOOK_SECRET },
        ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_DEFAULT_REGION: 'eu-central-1' },
      },
    });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
    if (status !== 0) throw new Error(err);
    return out;
  }

  const resultOf = (id: string) => own().stack.bus.events.find(({ detail }) => detail.includes(`"id":"${id}"`));

  describe('a snippet for producers', () => {
    const SNIPPETS: [
      needs: string,
      name: string,
      tool: string,
      file: string,
      language: string,
      part: string,
      prints: RegExp,
    ][] = [
      ['aws', 'with-aws', 'sh', 'send.sh', 'sh', 'aws sqs send-message', /MessageId/],
      ['openssl', 'with-curl', 'sh', 'send.sh', 'sh', 'curl -sS', /"changes":\[\{"id":"with-curl"/],
      ['openssl', 'with-binary-mode', 'sh', 'send.sh', 'sh', 'ce-specversion', /"changes":\[\{"id":"with-binary-mode"/],
      ['node', 'with-node', process.execPath, 'send.mjs', 'js', 'createHmac', /^202 /],
      ['python3', 'with-python', 'python3', 'send.py', 'python', 'urllib', /^202 /],
    ];
    // The AWS CLI is not part of the project. If it is missing, its snippet is skipped.
    const runnable = SNIPPETS.filter(([needs]) => has(needs));
    for (const [needs] of SNIPPETS.filter((snippet) => !runnable.includes(snippet))) it.skip(`wants ${needs}`);
    it.each(runnable)(
      'with %s is queued, sent and answered by a result',
      async (_needs, name, tool, file, language, part, prints) => {
        expect(await runSnippet(name, tool, file, blockWith(PRODUCER, language, part))).toMatch(prints);
        await expect.poll(() => resultOf(name), { timeout: 10_000 }).toBeDefined();
      },
    );
  });

  const EVENTS = [
    { id: '1', data: { change: { id: 'a' }, outcome: 'succeeded', confirmed_by: 'reply' } },
    { id: '1', data: { change: { id: 'a' }, outcome: 'succeeded', confirmed_by: 'reply' } },
    { id: '2', data: { change: { id: 'b' }, outcome: 'failed', error: { code: 'c', advice: 'Mend it.' } } },
    { id: '3', data: { change: { id: 'c' }, outcome: 'unknown', error: { code: 'c', advice: '' } } },
    { id: '4', data: { change: { id: 'c' }, resolved_as: 'applied', operator: 'ann' } },
    { id: '5', data: { change: { id: 'd' }, outcome: 'superseded', error: { code: 'c', advice: '' } } },
  ];
  const HANDLED = [
    'a was applied',
    'handled before',
    'b was not applied: c. Mend it.',
    'c must be checked',
    'c was applied, as ann found',
    'd was not needed any more',
  ];

  describe('a snippet for consumers', () => {
    it('in TypeScript fits the exported types and handles each event once', async () => {
      const code = blockWith(CONSUMER, 'ts', 'onEvent');
      // tsc compiles this file with the project, and the page must show the same code.
      const { readFile } = await import('node:fs/promises');
      expect(await readFile('docs/snippets/consumer.ts', 'utf8')).toBe(code);
      const { onEvent } = await import('../../docs/snippets/consumer.ts');
      const ids = new Set<string>();
      const store = { isNew: async (id: string) => !ids.has(id) && Boolean(ids.add(id)) };
      const handled = [];
      for (const event of EVENTS) handled.push(await onEvent(event as unknown as Parameters<typeof onEvent>[0], store));
      expect(handled).toEqual(HANDLED);
    });

    it.skipIf(!has('python3'))('in Python handles each event once', async () => {
      const code = `${blockWith(CONSUMER, 'python', 'on_event')}
import json
seen = set()
print(json.dumps([on_event(event, lambda one: one not in seen and not seen.add(one)) for event in json.loads('''${JSON.stringify(EVENTS)}''')]))`;
      expect(JSON.parse(await runSnippet('consumer', 'python3', 'consume.py', code))).toEqual(HANDLED);
    });
  });

  describe('the guides', () => {
    it('say what to do for every outcome', () => {
      const page = blocksOf(CONSUMER)
        .map(({ text: block }) => block)
        .join();
      for (const outcome of OUTCOMES) expect(page).toContain(`'${outcome}'`);
    });
  });
}
