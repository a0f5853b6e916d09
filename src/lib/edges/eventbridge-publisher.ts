import type { AwsCall } from '../aws/call.ts';
import type { ResultEvent } from '../relay/result.ts';

interface Put {
  FailedEntryCount: number;
  Entries?: { ErrorCode?: string }[];
}

/** Publishes results to an EventBridge bus. Throws if the bus can't be reached or refuses the entry. */
export function createPublisher(call: AwsCall, bus: string) {
  return async ({ source, detailType, detail }: ResultEvent): Promise<void> => {
    const entry = { EventBusName: bus, Source: source, DetailType: detailType, Detail: detail };
    const { FailedEntryCount, Entries } = await call<Put>('PutEvents', { Entries: [entry] });
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
