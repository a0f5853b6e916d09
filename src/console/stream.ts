import type { ServerResponse } from 'node:http';

/** What a page receives: everything, or what changed since its last update. */
export interface Update {
  /** The id of one start of the stack. If it changes, everything that was shown is outdated. */
  run: string;
  seq: number;
  /** True if these are all rows. */
  complete: boolean;
  rows: unknown[];
  status: unknown;
}

/** Returns the update after a sequence number of this run; 0 means everything. */
type Since = (seq: number) => Update;

/** Browsers open at most six connections to one origin over HTTP/1.1. The others must stay free for the page itself. */
export const MAX_STREAMS = 4;
const TICK = 100;
const HEARTBEAT = 15_000;
/** A page with an open stream. A slow one gets nothing until it has caught up. It misses nothing, because its next update has all changes since. */
interface Reader {
  response: ServerResponse;
  seq: number;
  status: string;
}

/** Sends updates to the open pages, at most ten a second to each. */
export function createStreams(run: string, since: Since) {
  const readers = new Set<Reader>();

  const write = (reader: Reader) => {
    const update = since(reader.seq);
    const status = JSON.stringify(update.status);
    if (reader.response.writableNeedDrain || (update.seq === reader.seq && status === reader.status)) return;
    reader.seq = update.seq;
    reader.status = status;
    reader.response.write(`id: ${run}.${update.seq}\ndata: ${JSON.stringify(update)}\n\n`);
  };
  const ticker = setInterval(() => {
    for (const reader of readers) write(reader);
  }, TICK);
  const heart = setInterval(() => {
    for (const { response } of readers) response.write(': here\n\n');
  }, HEARTBEAT);

  return {
    /** How many are open. */
    count: () => readers.size,
    /** Begins a stream, after its headers, that continues after the page's last update. */
    open(response: ServerResponse, lastEventId: string): void {
      response.write('retry: 1000\n\n');
      const reader = { response, seq: seqOf(lastEventId, run), status: '' };
      readers.add(reader);
      response.on('close', () => readers.delete(reader));
      write(reader);
    },
    /** The same for a page that polls. */
    poll: (lastEventId: string): Update => since(seqOf(lastEventId, run)),
    close() {
      clearInterval(ticker);
      clearInterval(heart);
      for (const { response } of readers) response.end();
    },
  };
}

export type Streams = ReturnType<typeof createStreams>;

/** The sequence number in an event id; 0 for no id or one of another run. */
function seqOf(lastEventId: string, run: string): number {
  const [of, seq = ''] = lastEventId.split('.');
  return of === run && /^\d{1,15}$/.test(seq) ? Number(seq) : 0;
}
