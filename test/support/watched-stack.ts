import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Stack, startStack } from '../../local/stack.ts';
import { putSubject } from '../../src/operator/stage/simulator-tasks.ts';
import { failedDelivery, invocation, throttledRequest } from '../../stand-ins/cloudwatch/aws-metrics.ts';
import { samplesIn } from '../../stand-ins/cloudwatch/embedded-metrics.ts';
import type { Sample } from '../../stand-ins/cloudwatch/metric-store.ts';
import { startTables } from '../../stand-ins/dynamodb/server.ts';
import { at, createNight, MINUTE, QUEUES, queuesOf, READINGS } from './alarm-night.ts';
import { PROJECT, update } from './plain-changes.ts';

const SCALE = 20;
const NAME = 'migration-relay-local';
type QueueName = (typeof QUEUES)[number];

/** What is out of order. Each can be set and cleared while the stack runs. */
export interface Losses {
  ledger: boolean;
  rule: boolean;
}

/**
 * The local stack, and CloudWatch above it: what the functions write, and what AWS would count of what happens to the
 * stand-ins. The stack's clock runs twenty times as fast as ours, so a minute of its alarms takes three seconds.
 */
export async function startWatchedStack(folder: string) {
  const losses: Losses = { ledger: false, rule: false };
  let collected: Sample[] = [];
  const count = (sample: Sample) => void collected.push(sample);
  const stack = await startStack({
    folder,
    timeScale: SCALE,
    startTables: (region) =>
      startTables(region, () => {
        if (losses.ledger) count(throttledRequest(`${NAME}-ledger`, 'Write', 0));
        return losses.ledger;
      }),
    onLog({ source, line, level }) {
      collected.push(...samplesIn(line).map(inStackTime));
      const [, service] = /^(Dcs|Sms).*Mapping/i.exec(source) ?? [];
      // A mapping that can't receive invokes nothing, so that is no error of a function.
      if (service && level === 'error' && line.includes('come back'))
        count(invocation(`${NAME}-${service.toLowerCase()}Changes`, 0, true));
    },
    onDelivery() {
      count(invocation(`${NAME}-dcsChanges`, 0, false));
      return false;
    },
  });
  const ended = new Map<string, () => void>();
  stack.onResult(({ detail }) => {
    if (losses.rule) giveUp(stack, detail, count);
    const { data } = JSON.parse(detail) as { data: { change: { id?: string } } };
    ended.get(data.change.id ?? '')?.();
  });

  /** Sends a change for a task of its own. It is over when its result is published. */
  async function send(): Promise<void> {
    const task = randomUUID();
    const subject = { service: 'dcs', kind: 'migration-task', id: task, project_id: PROJECT } as const;
    await putSubject(stack.simulatorUrl, subject, { service: 'dcs', state: 'FULLMIGRATING' });
    const change = update(task);
    const over = Promise.withResolvers<void>();
    ended.set(change.id, over.resolve);
    // Not by a call of SQS: when a key is lost, what waits was sent before.
    stack.findQueue(stack.queues.dcs)?.send({ body: JSON.stringify(change), group: task });
    return over.promise;
  }

  /**
   * Watches alarms from now on, by every reading of the manual. Not those on silence: SQS takes messages with the same text for
   * repeats within five of our minutes, so twenty times as fast most heartbeats would be lost.
   */
  function watch(all: Map<string, object>) {
    const alarms = new Map([...all].filter(([name]) => !name.endsWith('Silence')));
    collected = [];
    const nights = READINGS.map((reading) => {
      const night = createNight(alarms, reading);
      return { night, queues: queuesOf(night, 'local', { activation: 0, reportsNothing: true }) };
    });
    const polled = QUEUES.filter((name) => !name.includes('dead'));
    return {
      /** Lets so many minutes pass, or fewer if every reading has sent all of these notices. */
      async pass(minutes: number, ...texts: string[]): Promise<void> {
        for (let minute = 0; minute < minutes && !nights.every(({ night }) => hasAll(night.texts(), texts)); minute++) {
          await wait(MINUTE / SCALE);
          const samples = collected.splice(0);
          for (const { night, queues } of nights)
            night.pass(1, (time) => {
              night.putAll(at(time, samples));
              queues.minute(time, messagesOf(stack, time), [...polled, ...filled(stack)]);
            });
        }
      },
      /** The notices by each reading, with the minute of each. */
      notices: () => nights.map(({ night }) => night.notices()),
    };
  }

  return { stack, losses, send, watch };
}
export type WatchedStack = Awaited<ReturnType<typeof startWatchedStack>>;

const hasAll = (sent: string[], texts: string[]) => texts.length > 0 && texts.every((text) => sent.includes(text));

/** Ages are measured with our clock. */
const inStackTime = (sample: Sample): Sample =>
  sample.name.startsWith('Age') ? { ...sample, value: sample.value * SCALE } : sample;

/** EventBridge gives a result up that its log refuses: it counts that, and puts the result into the dead-letter queue. */
function giveUp(stack: Stack, detail: string, count: (sample: Sample) => void): void {
  count(failedDelivery(`${NAME}-results`, `${NAME}-results-to-log`, 0));
  stack.findQueue(`${NAME}-results-dead`)?.send({ body: detail, group: '' });
}

/** The messages of the stack's queues, by the queue's name without the stage. */
function messagesOf(stack: Stack, time: number) {
  const now = Date.now();
  const stateOf = (name: QueueName) => {
    const queue = stack.findQueue(`${NAME}-${name}`);
    return (queue?.messages() ?? []).map((message) => ({
      sentAt: time - (now - message.sentAt) * SCALE,
      receives: message.receives,
      isInFlight: queue?.isInFlight(message) ?? false,
    }));
  };
  return Object.fromEntries(QUEUES.map((name) => [name, stateOf(name)]));
}

/** The dead-letter queues into which something was sent, which is a call. */
const filled = (stack: Stack) =>
  QUEUES.filter((name) => name.includes('dead') && (stack.findQueue(`${NAME}-${name}`)?.size() ?? 0) > 0);
