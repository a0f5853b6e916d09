import type { EventBridge, PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { batchPuts } from '../../lib/aws/batched-puts.ts';
import type { AwsCall } from '../../lib/aws/call.ts';
import { createPutResults, PublishRefused } from '../../lib/aws/eventbridge.ts';
import type { PublishedEvent } from '../evidence/published.ts';
import type { Stage } from '../stage/stage.ts';

/** An event as it was published, or should have been: its text is published byte for byte. */
export type StoredEvent = Pick<PublishedEvent, 'event' | 'text'>;
/** An event that was published again, or the code with which the bus refused it. */
export type Publication = StoredEvent & { refusal?: string };

const AT_ONCE = 10;

/**
 * Publishes events again, in their order, up to ten at a time. Stops when the operator interrupts; the result then has those
 * that were tried. Throws if the bus can't be reached.
 */
export async function publishAgain(stage: Stage, events: StoredEvent[], signal: AbortSignal): Promise<Publication[]> {
  const put = createPutResults(puttingBy(await stage.clients.bus()), await stage.busName());
  const { withBatchedPuts, publish } = batchPuts(put);
  const publishOne = async ({ event: { source, type }, text }: StoredEvent) =>
    withBatchedPuts(() => publish({ source, detailType: type, detail: text }));
  const tried: Publication[] = [];
  for (let at = 0; at < events.length && !signal.aborted; at += AT_ONCE) {
    const some = events.slice(at, at + AT_ONCE);
    tried.push(...(await Promise.all(some.map((one) => publishOne(one).then(() => one, refusedAs(one))))));
  }
  return tried;
}

const refusedAs = (one: StoredEvent) => (error: unknown) => {
  if (error instanceof PublishRefused) return { ...one, refusal: error.code };
  throw error;
};

const puttingBy = (bus: EventBridge): AwsCall =>
  (async (_operation: string, input: PutEventsCommandInput) => bus.putEvents(input)) as AwsCall;
