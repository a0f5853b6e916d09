import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LOCAL_SECRETS } from '../../local/local-secrets.ts';
import { putSubject } from '../../src/operator/stage/simulator-tasks.ts';
import { relay } from '../cli/terminal.ts';
import { type OwnStack, startOwnStack } from '../cli/with-stack.ts';
import { blockWith } from './blocks.ts';

const PAGE = 'docs/dead-letters.md';
const SECRET = 'migration-relay/local/fingerprint';
const project = '0123456789abcdef0123456789abcdef';
const task = 'b21989ec-2889-4b8e-99db-19c073425ec2';

let own: OwnStack;
beforeAll(async () => {
  own = await startOwnStack({ receives: 2, without: SECRET });
  await putSubject(
    own.stack.simulatorUrl,
    { service: 'dcs', kind: 'migration-task', id: task, project_id: project },
    { service: 'dcs', state: 'FULLMIGRATING' },
  );
  await own.stack.send(
    'dcs',
    blockWith('docs/producer.md', 'json', '"order-1042"').replace('order-1042', 'ord-1042'),
    task,
    'd-1',
  );
  // Dead letters are sorted by the time at which they came into the dead-letter queue.
  await died('1 dead letter');
  await own.stack.send('dcs', 'resume_mode=auto', 'other', 'd-2');
  await died('2 dead letters');
}, 60_000);
afterAll(() => own.stop());

const say = async (line: string) => {
  const { out, err } = await relay(line.split(' ').slice(2), { env: { ...own.env, NO_COLOR: '1' }, terminal: true });
  return stripVTControlCharacters(err.replaceAll(/\r[^\n]*\r/g, '\r').replaceAll(/^.*\r/gm, '')) + out;
};

async function died(count: string): Promise<void> {
  for (let waited = 0; !(await say('$ relay dlq list')).includes(count); waited++) {
    if (waited > 100) throw new Error('the messages did not die');
    await sleep(200);
  }
}

/** Parts that differ from run to run. */
const normalize = (text: string) =>
  text
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'MESSAGE')
    .replaceAll(/\d\d:\d\d:\d\d(\.\d{3})?/g, 'TIME')
    .replaceAll(/\b\d+(\.\d+)? (ms|s|min)\b/g, 'TIME')
    .replaceAll(/letters by \S+/g, 'letters by USER')
    .replaceAll(/(HTTP 200\), \d attempts?)/g, 'HTTP 200)')
    // The page does not promise the SDK's name for a missing secret.
    .replaceAll(/(relay failed: |claim the change \()\w+(?:, \w+)?/g, '$1FAULT')
    .replaceAll(/^ {2}TIME {2}the relay itself failed.*\n/gm, '')
    .replaceAll(/ {2,}/g, '  ');

it('the page on dead letters shows what its commands print', { timeout: 60_000 }, async () => {
  const page = readFileSync(PAGE, 'utf8');
  const shown = [...page.matchAll(/^```console\n(\$ [^\n]*)\n(.*?)^```$/gms)];
  let updated = page;
  const printed: string[] = [];
  const asked = new Set<string>();
  for (const [block, line = ''] of shown) {
    // The cause is removed before the second look.
    if (asked.has(line)) own.secrets[SECRET] = LOCAL_SECRETS[SECRET] ?? '';
    asked.add(line);
    const output = await say(line);
    printed.push(output);
    updated = updated.replace(block, `\`\`\`console\n${line}\n${output}\`\`\``);
  }
  if (process.env.UPDATE_PAGES) writeFileSync(PAGE, updated);
  else expect(printed.map(normalize)).toEqual(shown.map(([, , output = '']) => normalize(output)));
});
