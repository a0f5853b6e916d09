import type { Message } from '@aws-sdk/client-sqs';
import { createConsole as createStageConsole } from '../../src/console/console.ts';
import type { StageAccess } from '../../src/console/parts.ts';
import type { ProviderSide } from '../../src/console/provider-side.ts';
import type { Store } from '../../src/console/store.ts';
import { OPERATIONS } from '../../src/contracts/contract.ts';
import type { ValidationSettings } from '../../src/lib/change/validate.ts';
import { REVISIONS } from '../../src/lib/operations/operation.ts';
import { stageAt } from '../../src/operator/stage/stage.ts';
import type { LogLine } from '../assembly.ts';
import type { Aside } from '../http/api.ts';
import type { Sample } from '../samples.ts';
import type { Stack } from '../stack.ts';
import { viewCalls } from './call-view.ts';
import { createFaultBoard } from './fault-board.ts';
import { createLedgerTap, type LedgerTap } from './ledger-tap.ts';
import { readDeadLetters } from './letters.ts';
import { createPlatform, type Ground } from './platform.ts';
import { createProviderCalls } from './provider-calls.ts';
import { createScenarioRuns, type ScenarioParts } from './scenario-runs.ts';
import { createSender, type Sender } from './sending.ts';
import { readSettings, type StackSettings } from './settings.ts';
import { createSimulatorTap, type SimulatorTap } from './simulator-tap.ts';
import { createTrials } from './trials.ts';

/** What a console knows of the local stack that it shows. */
interface LocalStack extends StageAccess {
  stack: Stack;
  settings: StackSettings;
  simulator: SimulatorTap;
  ledger: LedgerTap;
  send: Sender;
}

const SYNC = 150;
const LOOK = 1000;

export type Console = ReturnType<typeof createConsole>;

/**
 * A page that shows a local stack. It only observes: `taps` are passed to the stack before it starts, and `attach` is called
 * afterwards. The samples that every start sends are kept apart from what people send.
 */
export function createConsole(samples: Sample[]) {
  const intake: ValidationSettings = { operations: OPERATIONS, revision: REVISIONS[1], allowInlineSecrets: true };
  const calls = createProviderCalls();
  let attached: LocalStack | undefined;
  const timers: NodeJS.Timeout[] = [];

  const platform = createPlatform(() => attached && groundOf(attached, store.failed));
  const faults = createFaultBoard(() => attached?.simulator, platform);
  const status = () => ({ faults: faults.active(), scenarios: scenarios.runs(), stack: attached?.settings });
  const provider: ProviderSide = { ...calls, view: viewCalls };
  const { store, view, serve, close } = createStageConsole({ intake, attached: () => attached, status, provider });
  const sync = async () => {
    const entries = (await attached?.simulator.news()) ?? [];
    faults.watch(entries);
    view.touch(calls.take(entries));
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
  const trials = createTrials({ store }, { samples, faults, scenarios, intake, send: () => attached?.send });

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
    aside: serve(trials) satisfies Aside,
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
      close();
      attached?.ledger.close();
    },
  };
}

/** The parts of a stack that can be made to fail. */
const groundOf = ({ stack }: LocalStack, tell: Store['failed']): Ground => ({
  ...stack,
  async hurry(queueUrl, messageId, left) {
    stack.findQueue(queueUrl)?.hurry(messageId, left);
    if (left > 0) tell([messageId], 'on purpose: deliveries are skipped, the next is the last that the queue grants');
  },
});

/** Runs `act` at an interval, one at a time. A failure, for example when the stack stops, does not end it. */
function every(milliseconds: number, act: () => Promise<unknown>): NodeJS.Timeout {
  let busy = false;
  return setInterval(async () => {
    if (busy) return;
    busy = true;
    await act().catch(() => undefined);
    busy = false;
  }, milliseconds).unref();
}
