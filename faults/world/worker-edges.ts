import type { Timer } from '../../src/lib/aws/batched-puts.ts';
import type { AwsCall } from '../../src/lib/aws/call.ts';
import type { createRecordLog } from '../../src/lib/observability/record-log.ts';
import type { Harm } from '../change.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** The store of the secrets that changes name. */
export function createSecretStore({ clock, faults }: World, process: Process) {
  return (reference: string) =>
    process.io('secret', async () => {
      await clock.sleep(5);
      if (!faults.secret(reference)) return `canary-secret-${reference}`;
      faults.fired('secret_store_error');
      throw new Error('canary-secret-store-text');
    });
}

/** Timers of a process. They stop when it ends. */
export const createTimer =
  (process: Process): Timer =>
  (run, milliseconds) => {
    let isDue = true;
    process.sleep(milliseconds).then(() => isDue && run());
    return () => {
      isDue = false;
    };
  };

interface Entry {
  Id: string;
  ReceiptHandle: string;
  VisibilityTimeout?: number;
}

/** The calls of SQS by which one process postpones and removes messages. */
export function createQueueCall({ clock, queue, faults }: World, process: Process): AwsCall {
  const act = ({ ReceiptHandle, VisibilityTimeout }: Entry) =>
    VisibilityTimeout === undefined
      ? queue.remove(ReceiptHandle)
      : queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
  const call = (operation: string, { Entries }: { Entries: Entry[] }) =>
    process.io(operation === 'DeleteMessageBatch' ? 'ack' : 'postpone', async () => {
      await clock.sleep(10);
      const answers = Entries.map((entry) => ({ Id: entry.Id, Code: act(entry) }));
      for (const { Code } of answers) if (Code === 'InvalidParameterValue') faults.fired('visibility_refused');
      return { Failed: answers.filter(({ Code }) => Code !== undefined) };
    });
  return call as AwsCall;
}

/** A logger that keeps all entries. */
export function createLogger(logs: string[]): Parameters<typeof createRecordLog>[0] {
  const keep = (...entry: unknown[]) => {
    logs.push(JSON.stringify(entry));
  };
  const logger = { info: keep, warn: keep, error: keep, createChild: () => logger };
  return logger as unknown as Parameters<typeof createRecordLog>[0];
}

/** Harms the process as poison does. */
export function harmProcess(process: Process, harm: Harm): Promise<never> {
  // A library may throw a value that is not an Error.
  if (harm === 'throws') return Promise.reject('poison');
  if (harm === 'ends') process.end();
  else process.block();
  return new Promise(() => undefined);
}
