import type { SQSRecord } from 'aws-lambda';
import type { Message } from './queue-shape.ts';
import { createWorker, type Worker } from './worker.ts';
import type { World } from './world.ts';

export interface MappingSettings {
  workers: number;
  /** How far a worker's clock may be off, in milliseconds. */
  skew: number;
  standard: boolean;
  /** Hears of each receive, before the messages are handed over. */
  received(messages: Message[]): void;
}

/** Lambda's event source mapping: receives, invokes a worker, and removes what the worker says is done. */
export function startMapping(world: World, settings: MappingSettings): { dangling(): number } {
  const { clock, random, queue } = world;
  const idle: (() => void)[] = [];
  let dangling = 0;
  const newWorker = () => createWorker(world, random.between(-settings.skew, settings.skew));

  /** The same worker, unless it ended or a deployment replaced it. */
  function successorOf(worker: Worker): Worker {
    if (worker.process.isAlive() && worker.until > clock.now()) return worker;
    const next = newWorker();
    if (next.version !== worker.version) world.faults.fired('settings_changed');
    return next;
  }

  async function receive(): Promise<Message[]> {
    const messages = queue.receive(random.between(1, 10));
    if (messages.length > 0) return messages;
    await new Promise<void>((resolve) => idle.push(resolve));
    return receive();
  }

  async function poll(): Promise<never> {
    for (let worker = newWorker(); ; ) {
      const messages = await receive();
      worker = successorOf(worker);
      settings.received(messages);
      dangling += await invoke(world, settings, worker, messages);
    }
  }

  queue.onReady(() => {
    const wake = idle.shift();
    if (wake) clock.at(clock.now() + random.between(1, 20), wake);
  });
  for (let count = 0; count < settings.workers; count++) poll();
  return { dangling: () => dangling };
}

/** One invocation. Gives the number of requests that it left behind unfinished. */
async function invoke(
  world: World,
  { standard }: MappingSettings,
  worker: Worker,
  messages: Message[],
): Promise<number> {
  const { clock, random, policy } = world;
  const { process, batch } = worker;
  const end = clock.now() + policy.times.functionTimeout;
  let running = true;
  // Lambda ends a process up to 0.7 seconds after its time.
  clock.at(end + random.between(0, 700), () => running && process.end());
  const event = { Records: messages.map((message) => toRecord(message, standard)) };
  const response = batch(event, { getRemainingTimeInMillis: () => end - clock.now() });
  const answer = await Promise.race([response, process.ended]);
  running = false;
  if (!process.isAlive()) return 0;
  acknowledge(world, messages, answer);
  return process.pending();
}

/** Lambda's rules for a batch response: nothing listed is success, something odd is failure of all. */
export function doneOf(messages: Message[], response: unknown): Message[] {
  const { batchItemFailures = [] } = (response ?? {}) as { batchItemFailures?: { itemIdentifier?: string }[] | null };
  const failed = new Set((batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set<string | undefined>(messages.map(({ id }) => id));
  const odd = [...failed].some((id) => !known.has(id));
  return odd ? [] : messages.filter(({ id }) => !failed.has(id));
}

function acknowledge({ faults, queue }: World, messages: Message[], response: unknown): void {
  const done = doneOf(messages, response);
  if (done.length === 0) return;
  // Lambda itself may lose an answer, or its deletion's.
  if (faults.process('ack', 'before', '')) {
    faults.fired('crash_before_ack');
    return;
  }
  for (const { receipt } of done) queue.remove(receipt);
  if (faults.process('ack', 'after', '')) faults.fired('crash_after_ack');
}

function toRecord(message: Message, standard: boolean): SQSRecord {
  const order = standard ? {} : { SequenceNumber: message.number, MessageGroupId: message.group };
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: 'producer',
      ApproximateFirstReceiveTimestamp: String(message.sentAt),
      ...order,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:changes.fifo',
    awsRegion: 'eu-central-1',
  };
}
