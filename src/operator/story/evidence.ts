import type { ReplayEvent, ResolutionEvent } from '../../contracts/operator-events.ts';
import type { ChangeName } from '../../lib/change/change-name.ts';
import { tryJson } from '../../lib/json/try-json.ts';
import type { Service } from '../../lib/operations/operation.ts';
import type { RetryReason } from '../../lib/relay/decision.ts';
import type { ChangeRow } from '../../lib/relay/ledger.ts';
import type { Result } from '../../lib/relay/result-schema.ts';

/** A log line of a function about one change, as src/lib/observability/record-log.ts writes it. Other lines are not used. */
export interface RecordLine {
  message: 'change completed' | 'change retried' | 'record broken';
  /** When it was written, ISO 8601. */
  timestamp: string;
  /** The service whose function wrote it. */
  service?: Service;
  /** The id of the SQS message, which is the same at each delivery. Absent only in lines that were cut off. */
  message_id?: string;
  /** How often SQS has delivered the message. */
  receives?: number;
  change?: ChangeName;
  /** Number of requests and reads so far. */
  attempts?: number;
  /** Why the change is retried, and after how long. */
  reason?: RetryReason;
  delay_milliseconds?: number;
  /** The last error of the provider, or of the way to it. */
  error_code?: string;
  provider?: { status?: number; request_id?: string };
  outcome?: string;
  result_id?: string;
  /** The kind of the error of a broken record. */
  fault?: { name: string; code?: string };
}

/** A line of the simulator's log (simulator/README.md); only these members are used. */
export interface ProviderLine {
  at: string;
  kind: 'received' | 'applied' | 'answered' | 'fault' | 'landed';
  /** The id that the lines of one call share. */
  request: string;
  method: string;
  path: string;
  status?: number;
  code?: string;
}

/**
 * All that is known about one change. Every part may be missing: the ledger may have no row yet, and logs may be deleted. The
 * caller selects what belongs to the change. The order of the lists does not matter.
 */
export interface Evidence {
  change: ChangeName;
  /** The ledger's row of the change. */
  row?: ChangeRow | undefined;
  /** The published or stored result. */
  result?: Result | undefined;
  /** Lines of the functions about this change. */
  lines?: RecordLine[];
  /** The events that operators published about it. */
  operatorEvents?: (ResolutionEvent | ReplayEvent)[];
  /** The provider's log of the calls for this change alone. Only the simulator has such a log. */
  calls?: ProviderLine[] | undefined;
  /** True if it is in the dead-letter queue. */
  dead?: boolean;
  /** The number of deliveries after which the queue gives it up. */
  maxReceives?: number;
  /** The present time, in milliseconds since 1970, from which "in 4 s" is counted. */
  now: number;
}

/** Reads a line of a function's log. Undefined if it is not JSON or not about a change. */
export function readRecordLine(text: string): RecordLine | undefined {
  if (!/"message":"(change completed|change retried|record broken)"/.test(text)) return undefined;
  return tryJson(text.slice(text.indexOf('{'))) as RecordLine | undefined;
}

/** True if a line or event is about this change: the ids are equal, and the sources if both have one. */
export function isAboutChange(named: ChangeName | undefined, { id, source, hash }: ChangeName): boolean {
  if (named === undefined) return false;
  if (id === undefined) return hash !== undefined && named.hash === hash;
  return named.id === id && (source === undefined || named.source === undefined || named.source === source);
}
