import { randomUUID } from 'node:crypto';
import type { Message } from '@aws-sdk/client-sqs';
import { OPERATIONS } from '../../src/contracts/contract.ts';
import { readChange } from '../../src/lib/change/change.ts';
import { examine, type IntakeSettings } from '../../src/lib/change/validate.ts';
import { REVISIONS } from '../../src/lib/operations/operation.ts';
import { stageAt } from '../../src/operator/stage/stage.ts';
import type { LogLine } from '../assembly.ts';
import type { Aside } from '../http/api.ts';
import type { Sample } from '../samples.ts';
import type { Stack } from '../stack.ts';
import { createFaultBoard } from './fault-board.ts';
import { createLedgerTap } from './ledger-tap.ts';
import { readDeadLetters } from './letters.ts';
import type { Attached } from './parts.ts';
import { createPlatform, type Ground } from './platform.ts';
import { createProviderCalls } from './provider-calls.ts';
import { createRoutes } from './routes.ts';
import { createScenarioRuns, type ScenarioParts } from './scenario-runs.ts';
import { createSender } from './sending.ts';
import { readSettings } from './settings.ts';
import { createSimulatorTap } from './simulator-tap.ts';
import { createStore, type Store } from './store.ts';
import { createStreams } from './stream.ts';
import { createView } from './view.ts';

const SYNC = 150;
const LOOK = 1000;

export type Console = ReturnType<typeof createConsole>;

/**
 * A page to look at a local stack with. It listens to what the stack does anyway: `taps` go in before it starts, `attach`
 * follows. The samples that a start sends to prove itself stand apart from what people send.
 */
export function createConsole(samples: Sample[]) {
  const run = randomUUID().slice(0, 8);
  const intake: IntakeSettings = { operations: OPERATIONS, revision: REVISIONS[1], allowInlineSecrets: true };
  const calls = createProviderCalls();
  const store = createStore(intake, calls.forget);
  let attached: Attached | undefined;
  const timers: NodeJS.Timeout[] = [];

  const platform = createPlatform(() => attached && groundOf(attached, store.failed));
  const faults = createFaultBoard(() => attached?.simulator, platform);
  const status = () => ({ faults: faults.active(), scenarios: scenarios.runs(), stack: attached?.settings });
  const view = createView(store, calls, run, status);
  const streams = createStreams(run, view.since);
  const sync = async () => {
    const entries = (await attached?.simulator.news()) ?? [];
    faults.watch(entries);
    view.take(entries);
    if (entries.length > 0 || faults.active().length > 0) await faults.refresh();
  };
  const look = async () => {
    await faults.refresh();
    const letters = attached ? readDeadLetters(attached.stack) : [];
    platform.buried(letters.map(({ messageId }) => messageId));
    store.dead(letters);
  };
  const scenarioParts = (): ScenarioParts | undefined =>
    attached && { send: attached.send, faults, adopt: store.adopt, find: store.get, calls: view.callsOf, sync };
  const scenarios = createScenarioRuns(scenarioParts);
  const serve = createRoutes({
    view,
    streams,
    store,
    faults,
    scenarios,
    samples,
    intake,
    attached: () => attached,
    judge: ({ text = '' }) => examine(readChange(text), intake),
  });

  const taps = {
    log: ({ line }: LogLine) => void store.line(line),
    published: ({ detail }: { detail: string }) => void store.published(detail),
    sent: (body: string, queueUrl: string) => void (/-dead\.fifo$/.test(queueUrl) || store.sent(body)),
    delivered(messages: Message[]): boolean {
      for (const { Body = '', MessageId = '' } of messages) {
        const known = store.delivered(Body, MessageId);
        platform.dooms(MessageId, known, attached?.stack.queues[known.change.subject?.service ?? 'dcs'] ?? '');
      }
      return platform.deliversTwice();
    },
    returned(messageIds: string[], sentence: string, asked: boolean): void {
      const why = sentence.split(': ').slice(1).join(': ');
      if (!asked) store.failed(messageIds, `the function broke off: ${why}`);
      void platform.returned(messageIds).catch(() => undefined);
    },
    isThrottled: platform.throttles,
  };

  return {
    taps,
    aside: serve satisfies Aside,
    async attach(stack: Stack) {
      const settings = await readSettings(stack);
      intake.revision = settings.revision;
      const simulator = createSimulatorTap(stack.simulatorUrl);
      const ledger = createLedgerTap(stack.endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '', settings.region, settings.table);
      stack.onResult(taps.published);
      store.proof(samples.map(({ text }) => text));
      const send = createSender(stack, simulator, intake);
      const stage = stageAt({ name: settings.stage, region: settings.region, local: stack }, {});
      attached = { stack, settings, simulator, ledger, send, stage };
      timers.push(every(SYNC, sync), every(LOOK, look));
    },
    close() {
      for (const timer of timers) clearInterval(timer);
      streams.close();
      attached?.ledger.close();
    },
  };
}

/** What of a stack can be made to fail. */
const groundOf = ({ stack }: Attached, tell: Store['failed']): Ground => ({
  ...stack,
  async hurry(queueUrl, messageId, left) {
    stack.findQueue(queueUrl)?.hurry(messageId, left);
    if (left > 0) tell([messageId], 'on purpose: deliveries are skipped, the next is the last that the queue grants');
  },
});

/** One round at a time; a round that fails, as at the stack's end, is followed by the next. */
function every(milliseconds: number, act: () => Promise<unknown>): NodeJS.Timeout {
  let busy = false;
  return setInterval(async () => {
    if (busy) return;
    busy = true;
    await act().catch(() => undefined);
    busy = false;
  }, milliseconds).unref();
}
