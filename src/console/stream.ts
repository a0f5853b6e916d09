import type { ServerResponse } from 'node:http';
import { beginStream } from './access.ts';

/** What a page gets: everything, or what changed since the update that it had last. */
export interface Update {
  /** Names one start of the stack; another one means that all that was shown is gone. */
  run: string;
  seq: number;
  /** True if the rows are all there are. */
  whole: boolean;
  rows: unknown[];
  status: unknown;
}

/** Gives the update that follows on a sequence number of this run; 0 for everything. */
type Since = (seq: number) => Update;

/** Browsers open at most six connections to one origin over HTTP/1.1; the rest must stay free for the page itself. */
const MAX_STREAMS = 4;
const TICK = 100;
const HEARTBEAT = 15_000;
/** A slow reader is not written to until it has caught up; it misses nothing, for an update follows on the last one it got. */
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
    /** Opens a stream that goes on where the page's last update ended; false if too many are open. */
    open(response: ServerResponse, lastEventId: string): boolean {
      if (readers.size >= MAX_STREAMS) return false;
      beginStream(response).write('retry: 1000\n\n');
      const reader = { response, seq: seqOf(lastEventId, run), status: '' };
      readers.add(reader);
      response.on('close', () => readers.delete(reader));
      write(reader);
      return true;
    },
    /** The same for a page that asks again and again. */
    poll: (lastEventId: string): Update => since(seqOf(lastEventId, run)),
    close() {
      clearInterval(ticker);
      clearInterval(heart);
      for (const { response } of readers) response.end();
    },
  };
}

export type Streams = ReturnType<typeof createStreams>;

/** An id of another run, or none, is no place to go on from. */
function seqOf(lastEventId: string, run: string): number {
  const [of, seq = ''] = lastEventId.split('.');
  return of === run && /^\d{1,15}$/.test(seq) ? Number(seq) : 0;
}
