/** The result of an invocation: the handler's answer as JSON text, or the error that Lambda would report. */
export type Invocation = { ok: true; payload: string } | { ok: false; type: string; message: string };

/** What the mapping does with the messages of a batch. */
interface BatchOutcome {
  /** Ids of the messages to delete. All others come back when their visibility timeout ends. */
  done: string[];
  /** Why messages come back. */
  reason?: string;
  /** True when the function reported them as failed, false when something went wrong. */
  isReported?: boolean;
}

/**
 * Lambda's documented rules for an SQS batch: after an error all messages come back. Without ReportBatchItemFailures any
 * answer is success. With it, no answer or an empty list is success, and after an invalid answer all messages come back.
 */
export function readBatchResponse(invocation: Invocation, ids: string[], reportsItemFailures: boolean): BatchOutcome {
  if (!invocation.ok) return { done: [], reason: `${invocation.type}: ${invocation.message}` };
  if (!reportsItemFailures) return { done: ids };
  const failed = failedIds(invocation.payload);
  if (failed === undefined) return { done: [], reason: 'the answer is not a batch response' };
  const unknown = failed.find((id) => typeof id !== 'string' || !ids.includes(id));
  if (unknown !== undefined) return { done: [], reason: 'the answer names a message that is not in the batch' };
  const done = ids.filter((id) => !failed.includes(id));
  return failed.length > 0 ? { done, reason: 'the function reported them as failed', isReported: true } : { done };
}

/** The listed identifiers, with null for an unusable one. Undefined when the answer has another shape. */
function failedIds(payload: string): unknown[] | undefined {
  const answer = parse(payload);
  if (answer === null) return [];
  if (typeof answer !== 'object' || Array.isArray(answer)) return undefined;
  const list = (answer as Record<string, unknown>).batchItemFailures ?? [];
  return Array.isArray(list) ? list.map((entry) => entry?.itemIdentifier ?? null) : undefined;
}

/** Parses an answer. Undefined if it is not JSON; an empty answer is null. */
function parse(payload: string): unknown {
  if (payload === '') return null;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
