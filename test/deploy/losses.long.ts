import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LOCAL_WEBHOOK_SECRET } from '../../local/local-secrets.ts';
import { preparePackage } from '../../local/prepare.ts';
import { TEMPLATE } from '../../local/template.ts';
import { stageParameters } from '../../scripts/stage-parameters.ts';
import { deployedAlarms } from '../support/alarm-night.ts';
import { readPromises } from '../support/alarm-promises.ts';
import { compiled } from '../support/compiled.ts';
import { signedRequest } from '../support/signed-request.ts';
import { startWatchedStack, type WatchedStack } from '../support/watched-stack.ts';

const LIMIT = stageParameters('local').oldestMessageSeconds / 60;
/** How long minutes of the stack take, and a margin for the stack itself, in milliseconds. */
const timeout = (minutes: number) => (minutes * 60_000) / 20 + 90_000;

let alarms: Map<string, object>;
let promiseOf: Awaited<ReturnType<typeof readPromises>>;
let watched: WatchedStack;
beforeAll(async () => {
  [alarms, promiseOf, watched] = await Promise.all([
    compiled('local').then(deployedAlarms),
    readPromises(),
    startWatchedStack(await preparePackage('local')),
  ]);
}, 120_000);
afterAll(() => watched.stack.stop());

const queue = () => watched.stack.findQueue('migration-relay-local-dcs-changes.fifo');
const faults = (method: string, body?: object) =>
  fetch(`${watched.stack.simulatorUrl}/simulator/faults`, { method, ...(body && { body: JSON.stringify(body) }) });
/** A signed change, until the webhook can't accept it. */
const callWebhook = () =>
  vi.waitFor(async () => {
    const time = String(Math.floor(Date.now() / 1000));
    const { headers, body } = signedRequest({ time, secret: LOCAL_WEBHOOK_SECRET });
    expect((await fetch(watched.stack.webhookUrl, { method: 'POST', headers, body })).status).toBe(503);
  });

interface Loss {
  what: string;
  take(): unknown;
  meanwhile?(): Promise<void>;
  giveBack(): unknown;
  /** The alarms that must ring, and how long after the loss at most, in minutes. */
  rings: () => Record<string, number>;
  /** Other alarms that tell of it too, sooner or later. */
  mayRing: string[];
}
const promised = (...names: string[]) => Object.fromEntries(names.map((name) => [name, promiseOf(name).within]));

const LOSSES: Loss[] = [
  {
    what: 'the provider',
    take: () => faults('POST', { match: { service: 'dcs' }, status: 503 }),
    giveBack: () => faults('DELETE'),
    rings: () => promised('DcsProviderOutage'),
    mayRing: [],
  },
  {
    what: 'the bus',
    take: () => watched.stack.bus.refuse(Number.POSITIVE_INFINITY),
    giveBack: () => watched.stack.bus.refuse(0),
    rings: () => promised('PublishFailures'),
    mayRing: ['BrokenRecords'],
  },
  {
    what: 'the ledger',
    take: () => Object.assign(watched.losses, { ledger: true }),
    giveBack: () => Object.assign(watched.losses, { ledger: false }),
    rings: () => promised('LedgerErrors', 'LedgerThrottles'),
    mayRing: ['BrokenRecords'],
  },
  {
    what: "the log that the bus's rule writes",
    take: () => Object.assign(watched.losses, { rule: true }),
    giveBack() {
      watched.losses.rule = false;
      // As `relay republish --dead` does.
      const dead = watched.stack.findQueue('migration-relay-local-results-dead');
      for (const one of dead?.messages() ?? []) dead?.drop(one);
    },
    rings: () => promised('ResultsLogFailures', 'ResultsDeadLetters'),
    mayRing: [],
  },
  {
    what: 'the key',
    take: () => Object.assign(queue() ?? {}, { isKeyDisabled: true }),
    meanwhile: callWebhook,
    giveBack: () => Object.assign(queue() ?? {}, { isKeyDisabled: false }),
    rings: () => ({ DcsOldestMessage: LIMIT + promiseOf('DcsOldestMessage').within }),
    // It comes from the functions' logs, which are encrypted with the same key.
    mayRing: ['WebhookFailures'],
  },
];

describe('the alarms over a running stack', () => {
  it('are quiet while changes come and succeed', { timeout: timeout(40) }, async () => {
    const observed = watched.watch(alarms);
    for (let round = 0; round < 10; round++) {
      const sent = [watched.send(), watched.send()];
      await observed.pass(4);
      await Promise.all(sent);
    }
    expect(observed.notices().flat()).toEqual([]);
  });

  it.each(LOSSES)(
    'ring in the promised time, and no others, when $what is lost',
    { timeout: timeout(60) },
    async (loss) => {
      const rings = Object.entries(loss.rings());
      const observed = watched.watch(alarms);
      await observed.pass(2);
      const sent = Array.from({ length: 6 }, () => watched.send());
      await loss.take();
      await loss.meanwhile?.();
      await observed.pass(Math.max(...rings.map(([, minutes]) => minutes)), ...rings.map(([name]) => `${name} ring`));
      await loss.giveBack();
      for (const notices of observed.notices()) {
        const late = rings.filter(([name, minutes]) => !rang(notices, name, 2 + minutes)).map(([name]) => name);
        const known = [...rings.map(([name]) => name), ...loss.mayRing];
        const wrong = notices
          .map(({ text }) => text)
          .filter((text) => !known.some((name) => text.startsWith(`${name} `)));
        expect({ late, wrong, notices }).toEqual({ late: [], wrong: [], notices });
      }
      await Promise.all(sent);
    },
  );
});

const rang = (notices: { minute: number; text: string }[], name: string, within: number) =>
  notices.some(({ minute, text }) => text === `${name} ring` && minute <= within);

describe("the alarms over a stack whose queues' mappings are disabled", () => {
  it('ring in the promised time when a change waits', { timeout: timeout(40) }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relay-losses-'));
    const packaged = join(folder, 'package');
    await cp(await preparePackage('local'), packaged, { recursive: true });
    const template = join(packaged, TEMPLATE);
    const text = await readFile(template, 'utf8');
    const disabled = text.replaceAll(/"Enabled": *true/g, '"Enabled": false');
    expect(disabled).not.toBe(text);
    await writeFile(template, disabled);
    const idle = await startWatchedStack(packaged);
    try {
      const observed = idle.watch(alarms);
      await observed.pass(2);
      void idle.send();
      await observed.pass(LIMIT + promiseOf('DcsOldestMessage').within, 'DcsOldestMessage ring');
      for (const notices of observed.notices())
        expect(notices.map(({ text }) => text)).toEqual(['DcsOldestMessage ring']);
    } finally {
      await idle.stack.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
