import type { Message } from '@aws-sdk/client-sqs';
import { createConsole as createStageConsole } from '../../src/console/console.ts';
import type { StageAccess } from '../../src/console/parts.ts';
import type { ProviderSide } from '../../src/console/provider-side.ts';
import type { Store } from '../../src/console/store.ts';
import { OPERATIONS } from '../../src/contracts/contract.ts';
import { isOfHeartbeat } from '../../src/lib/change/heartbeat.ts';
import type { ValidationSettings } from '../../src/lib/change/validate.ts';
import { REVISIONS } from '../../src/lib/operations/operation.ts';
import { stageAt } from '../../src/operator/stage/stage.ts';
import type { LogLine } from '../assembly.ts';
import type { Fallback } from '../http/api.ts';
import type { Sample } from '../samples.ts';
import { createSimulatorControl, type SimulatorControl } from '../simulator-control.ts';
import type { Stack } from '../stack.ts';
import { viewCalls } from './call-view.ts';
import { readDeadLetters } from './dead-letters.ts';
import { createFaultBoard } from './fault-board.ts';
import { createLedgerReader, type LedgerReader } from './ledger-reader.ts';
import { createLocalRoutes } from './local-routes.ts';
import { createPlatform, type StackParts } from './platform.ts';
import { createProviderCalls } from './provider-calls.ts';
import { createScenarioRuns, type ScenarioParts } from './scenario-runs.ts';
import { createSender, type Sender } from './sending.ts';
import { readSettings, type StackSettings } from './settings.ts';

/** What a console knows of the local stack that it shows. */
interface LocalStack extends StageAccess {
  stack: Stack;
  settings: StackSettings;
  simulator: SimulatorControl;
  ledger: LedgerReader;
  send: Sender;
}

/** The time between two reads of the simulator's log, and of the dead-letter queues, in milliseconds. */
const LOG_INTERVAL = 150;
const QUEUE_INTERVAL = 1000;

export type Console = ReturnType<typeof createConsole>;

/**
 * A page that shows a local stack. The stack calls its `hooks`, which are passed to it before it starts; `attach` is called
 * afterwards. The samples that every start sends are kept apart from what people send.
 */
export function createConsole(samples: Sample[]) {
  const validation: ValidationSettings = { operations: OPERATIONS, revision: REVISIONS[1], allowInlineSecrets: true };
  const calls = createProviderCalls();
  let attached: LocalStack | undefined;
  const timers: NodeJS.Timeout[] = [];

  const platform = createPlatform(() => attached && partsOf(attached, store.failed));
  const faults = createFaultBoard(() => attached?.simulator, platform);
  const status = () => ({ faults: faults.active(), scenarios: scenarios.runs(), stack: attached?.settings });
  const provider: ProviderSide = { ...calls, view: viewCalls };
  const { store, view, serve, close } = createStageConsole({
    validation,
    attached: () => attached,
    status,
    provider,
  });
  const readSimulatorLog = async () => {
    const entries = (await attached?.simulator.newEntries()) ?? [];
    faults.watch(entries);
    view.touch(calls.take(entries));
    if (entries.length > 0 || faults.active().length > 0) await faults.refresh();
  };
  const readQueues = async () => {
    await faults.refresh();
    const deadLetters = attached ? readDeadLetters(attached.stack) : [];
    platform.forgetDeadLetters(deadLetters.map(({ messageId }) => messageId));
    store.dead(deadLetters);
  };
  const scenarioParts = (): ScenarioParts | undefined =>
    attached && {
      ...{ send: attached.send, faults, adopt: store.adopt, find: store.get },
      ...{ calls: view.callsOf, readSimulatorLog },
    };
  const scenarios = createScenarioRuns(scenarioParts);
  const localRoutes = createLocalRoutes(
    { store },
    { samples, faults, scenarios, validation, send: () => attached?.send },
  );

  const hooks = {
    log: ({ line }: LogLine) => void store.line(line),
    published: ({ detail }: { detail: string }) => void store.published(detail),
    sent: (body: string, queueUrl: string) => void (/-dead\.fifo$/.test(queueUrl) || store.sent(body)),
    delivered(messages: Message[]): boolean {
      let hasChange = false;
      for (const { Body = '', MessageId = '' } of messages) {
        const known = store.delivered(Body, MessageId);
        // A fault that a person has switched on is for a change.
        if (isOfHeartbeat(known.change)) continue;
        hasChange = true;
        platform.makesDeadLetter(
          MessageId,
          known,
          attached?.stack.queues[known.change.subject?.service ?? 'dcs'] ?? '',
        );
      }
      return hasChange && platform.deliversTwice();
    },
    returned(messageIds: string[], sentence: string, isRetry: boolean): void {
      const why = sentence.split(': ').slice(1).join(': ');
      if (!isRetry) store.failed(messageIds, `the function ended early: ${why}`);
      void platform.returned(messageIds).catch(() => undefined);
    },
    isThrottled: platform.throttles,
  };

  return {
    hooks,
    fallback: serve(localRoutes) satisfies Fallback,
    async attach(stack: Stack) {
      const settings = await readSettings(stack);
      validation.revision = settings.revision;
      const simulator = createSimulatorControl(stack.simulatorUrl);
      const ledger = createLedgerReader(
        stack.endpoints.AWS_ENDPOINT_URL_DYNAMODB ?? '',
        settings.region,
        settings.table,
      );
      stack.onResult(hooks.published);
      store.proof(samples.map(({ text }) => text));
      const send = createSender(stack, validation);
      const stage = stageAt({ name: settings.stage, region: settings.region, local: stack }, {});
      attached = { stack, settings, simulator, ledger, send, stage };
      timers.push(every(LOG_INTERVAL, readSimulatorLog), every(QUEUE_INTERVAL, readQueues));
    },
    close() {
      for (const timer of timers) clearInterval(timer);
      close();
      attached?.ledger.close();
    },
  };
}

/** The parts of a stack that can be made to fail. */
const partsOf = ({ stack }: LocalStack, note: Store['failed']): StackParts => ({
  ...stack,
  async skipDeliveries(queueUrl, messageId, left) {
    stack.findQueue(queueUrl)?.hurry(messageId, left);
    if (left > 0) note([messageId], 'on purpose: deliveries are skipped, and the next one is the last');
  },
});

/** Calls `act` at an interval, one call at a time. A failure, for example when the stack stops, does not end this. */
function every(milliseconds: number, act: () => Promise<unknown>): NodeJS.Timeout {
  let busy = false;
  return setInterval(async () => {
    if (busy) return;
    busy = true;
    await act().catch(() => undefined);
    busy = false;
  }, milliseconds).unref();
}
