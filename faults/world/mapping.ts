import { readBatchResponse } from '../../stand-ins/lambda/batch-response.ts';
import { toRecord } from '../../stand-ins/lambda/sqs-record.ts';
import { type Message, toSdkMessage } from '../../stand-ins/sqs/message.ts';
import { createWorker, type Worker } from './worker.ts';
import type { World } from './world.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:000000000000:changes.fifo';

interface MappingSettings {
  workers: number;
  /** How far a worker's clock may be off, in milliseconds. */
  skew: number;
  /** Called with the messages of each receive, before a worker gets them. */
  received(messages: Message[]): void;
}

/** Lambda's event source mapping. It receives messages, invokes a worker, and deletes the messages that the worker has finished. */
export function startMapping(world: World, settings: MappingSettings): { dangling(): number } {
  const { clock, random, queue } = world;
  const idle: (() => void)[] = [];
  let dangling = 0;
  const newWorker = () => createWorker(world, random.between(-settings.skew, settings.skew));

  /** The same worker, or a new one if it ended or a deployment replaced it. */
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
      dangling += await invoke(world, worker, messages);
    }
  }

  queue.onReady(() => {
    const wake = idle.shift();
    if (wake) clock.at(clock.now() + random.between(1, 20), wake);
  });
  for (let count = 0; count < settings.workers; count++) poll();
  return { dangling: () => dangling };
}

/** Invokes a worker. Returns the number of requests that were still open at the end of the invocation. */
async function invoke(world: World, worker: Worker, messages: Message[]): Promise<number> {
  const { clock, random, policy } = world;
  const { process, batch } = worker;
  const end = clock.now() + policy.times.functionTimeout;
  let running = true;
  // Lambda ends a process up to 0.7 seconds after the time-out.
  clock.at(end + random.between(0, 700), () => running && process.end());
  const event = { Records: messages.map((message) => toRecord(toSdkMessage(message), QUEUE)) };
  const response = batch(event, { getRemainingTimeInMillis: () => end - clock.now() });
  const answer = await Promise.race([response, process.ended]);
  running = false;
  if (!process.isAlive()) return 0;
  acknowledge(world, messages, answer);
  return process.pending();
}

function acknowledge({ faults, queue }: World, messages: Message[], response: unknown): void {
  const ids = messages.map(({ id }) => id);
  const { done } = readBatchResponse({ ok: true, payload: JSON.stringify(response) ?? '' }, ids, true);
  if (done.length === 0) return;
  // Lambda itself may lose the function's reply, or the reply to the deletion.
  if (faults.process('ack', 'before', '')) {
    faults.fired('crash_before_ack');
    return;
  }
  for (const { id, receipt } of messages) if (done.includes(id)) queue.remove(receipt);
  if (faults.process('ack', 'after', '')) faults.fired('crash_after_ack');
}
