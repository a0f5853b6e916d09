import type { ResultEvent } from '../relay/result.ts';
import type { AwsCall } from './call.ts';

interface PutReply {
  FailedEntryCount: number;
  Entries?: { EventId?: string; ErrorCode?: string }[];
}

/** Publishes up to ten results in one request. Returns for each undefined, or why it was refused. Throws if the bus can't be reached. */
export type PutResults = (events: readonly ResultEvent[]) => Promise<(PublishRefused | undefined)[]>;

/** Publishes results on an EventBridge bus. */
export function createPutResults(call: AwsCall, bus: string): PutResults {
  return async (events) => {
    const Entries = events.map(({ source, detailType, detail }) => ({
      EventBusName: bus,
      Source: source,
      DetailType: detailType,
      Detail: detail,
    }));
    const put = await call<PutReply>('PutEvents', { Entries });
    return events.map((_event, index) => refusalOf(put, index));
  };
}

/** Why an entry was refused. The bus answers 200 even if it took nothing; an entry that the reply does not mention was not taken. */
function refusalOf({ FailedEntryCount, Entries }: PutReply, index: number): PublishRefused | undefined {
  if (FailedEntryCount === 0) return undefined;
  const entry = Entries?.[index];
  return entry?.EventId === undefined ? new PublishRefused(entry?.ErrorCode ?? 'no code') : undefined;
}

/** Thrown when the bus did not take a result. */
export class PublishRefused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the bus refused a result: ${code}`);
    this.name = 'PublishRefused';
    this.code = code;
  }
}
