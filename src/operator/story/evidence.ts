import type { Replayed, Resolved } from '../../contracts/operator-events.ts';
import type { Service } from '../../lib/operations/operation.ts';
import type { RetryReason } from '../../lib/relay/decision.ts';
import type { ChangeRow } from '../../lib/relay/ledger.ts';
import type { Result } from '../../lib/relay/result-schema.ts';

/** How a change is called, as far as anybody knows. */
export type ChangeName = Result['data']['change'];

/** A log line of a function about one change, as src/lib/observability/record-log.ts writes it. Lines of other kinds are no evidence. */
export interface RecordLine {
  message: 'change completed' | 'change retried' | 'record broken';
  /** When it was written, ISO 8601. */
  timestamp: string;
  /** Whose function wrote it. */
  service?: Service;
  /** The SQS message, the same at each delivery; absent only in lines that were cut. */
  message_id?: string;
  /** How often SQS has delivered the message. */
  receives?: number;
  change?: ChangeName;
  /** Requests and readings so far. */
  attempts?: number;
  /** Why it is retried, and the wait that was asked for. */
  reason?: RetryReason;
  delay_milliseconds?: number;
  /** What the provider, or the way to it, said last. */
  error_code?: string;
  provider?: { status?: number; request_id?: string };
  outcome?: string;
  result_id?: string;
  /** Of a broken record: the kind of the error. */
  fault?: { name: string; code?: string };
}

/** A line of the simulator's log (simulator/README.md); only these members are used. */
export interface ProviderLine {
  at: string;
  kind: 'received' | 'applied' | 'answered' | 'fault';
  /** What joins the lines of one call. */
  request: string;
  method: string;
  path: string;
  status?: number;
  code?: string;
}

/**
 * All that is known of one change. Every part may be missing: the ledger may not have seen it yet, its logs may be gone. The
 * caller picks what belongs to the change; the order of the lists doesn't matter.
 */
export interface Evidence {
  change: ChangeName;
  /** The ledger's row of the change. */
  row?: ChangeRow | undefined;
  /** The published or stored result. */
  result?: Result | undefined;
  /** Lines of the functions about this change. */
  lines?: RecordLine[];
  /** What operators published about it. */
  words?: (Resolved | Replayed)[];
  /** The provider's side, where it is the simulator: the calls that were made for this change, no others. */
  calls?: ProviderLine[] | undefined;
  /** It lies in the dead-letter queue. */
  dead?: boolean;
  /** After so many deliveries the queue gives it up. */
  mostReceives?: number;
  /** Milliseconds since 1970: what "in 4 s" is counted from. */
  now: number;
}

/** Reads a line of a function's log; undefined for what is no JSON or speaks of something else. */
export function readRecordLine(text: string): RecordLine | undefined {
  if (!/"message":"(change completed|change retried|record broken)"/.test(text)) return undefined;
  try {
    return JSON.parse(text.slice(text.indexOf('{'))) as RecordLine;
  } catch {
    return undefined;
  }
}

/** True if a line or event names this change: by id, and by source where both say it. */
export function speaksOf(named: ChangeName | undefined, { id, source, hash }: ChangeName): boolean {
  if (named === undefined) return false;
  if (id === undefined) return hash !== undefined && named.hash === hash;
  return named.id === id && (source === undefined || named.source === undefined || named.source === source);
}
