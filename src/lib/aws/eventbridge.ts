import type { ResultEvent } from '../relay/result.ts';
import type { AwsCall } from './call.ts';

interface Put {
  FailedEntryCount: number;
  Entries?: { EventId?: string; ErrorCode?: string }[];
}

/** Puts results on a bus in one request, ten at most; gives for each why it was refused, undefined if it was taken. Throws if the bus can't be reached. */
export type PutResults = (events: readonly ResultEvent[]) => Promise<(PublishRefused | undefined)[]>;

/** Puts results on an EventBridge bus. */
export function createPutResults(call: AwsCall, bus: string): PutResults {
  return async (events) => {
    const Entries = events.map(({ source, detailType, detail }) => ({
      EventBusName: bus,
      Source: source,
      DetailType: detailType,
      Detail: detail,
    }));
    const put = await call<Put>('PutEvents', { Entries });
    return events.map((_event, place) => refusalOf(put, place));
  };
}

/** The bus answers 200 although it took nothing; what it says nothing of was not taken. */
function refusalOf({ FailedEntryCount, Entries }: Put, place: number): PublishRefused | undefined {
  if (FailedEntryCount === 0) return undefined;
  const entry = Entries?.[place];
  return entry?.EventId === undefined ? new PublishRefused(entry?.ErrorCode ?? 'no code') : undefined;
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
