import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { ResultEvent } from '../relay/result.ts';

/** Publishes results to an EventBridge bus. Throws if the bus can't be reached or refuses the entry. */
export function createPublisher(client: EventBridgeClient, bus: string, deadline: number) {
  return async ({ source, detailType, detail }: ResultEvent): Promise<void> => {
    const entry = { EventBusName: bus, Source: source, DetailType: detailType, Detail: detail };
    const command = new PutEventsCommand({ Entries: [entry] });
    const { FailedEntryCount, Entries } = await client.send(command, { abortSignal: AbortSignal.timeout(deadline) });
    // The bus answers 200 although it took nothing.
    if (FailedEntryCount !== 0) throw new PublishRefused(Entries?.[0]?.ErrorCode ?? 'no code');
  };
}

/** The bus did not take a result. */
export class PublishRefused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the bus refused a result: ${code}`);
    this.name = 'PublishRefused';
    this.code = code;
  }
}
