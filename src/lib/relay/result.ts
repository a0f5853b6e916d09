import { type Fingerprint, sha256 } from '../change/fingerprint.ts';
import { schemaId } from '../change/schema-id.ts';
import type { TracedName } from '../change/validate.ts';
import { type Json, type JsonObject, writeJson } from '../json/exact-json.ts';
import type { Problem } from '../json/problem.ts';
import type { Subject } from '../operations/operation.ts';
import type { ProviderError } from './provider.ts';
import type { Outcome, Result } from './result-schema.ts';

/** An outcome and all that is reported with it. A result contains nothing else about the end of a change. */
export type Completion = SuccessCompletion | ErrorCompletion;

interface CompletionDetails {
  status?: number | undefined;
  requestId?: string | undefined;
  attempts?: number;
  omitted?: string[];
  warnings?: string[];
  /** The id of what the change created. Several if it is not known which of them, or how many, it created. */
  created?: string[];
  /** Paths of fields that a read-back can't show. Given where the outcome rests on a read-back or is unknown. */
  unverifiable?: string[];
}

interface SuccessCompletion extends CompletionDetails {
  outcome: 'succeeded';
  confirmedBy: 'reply' | 'read-back';
  reply?: JsonObject;
}

export interface ErrorCompletion extends CompletionDetails {
  outcome: Exclude<Outcome, 'succeeded'>;
  error: ProviderError & { origin: 'relay' | 'provider' };
  problems?: Problem[];
}

/** The result as the bus takes it. `detail` is the whole CloudEvent; it is stored and published again byte for byte. */
export interface ResultEvent {
  source: string;
  detailType: string;
  detail: string;
}

/** The prefix of a result's type when the message is not a change. */
export const NO_CHANGE = 'migration.change';

const MAX_LISTED = 50;
/** A provider's request id appears in a result only if it has the form of such ids. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** Builds the result of a change. Its id depends only on the change's source, id and content. */
export function toResult(
  relaySource: string,
  name: TracedName,
  fingerprint: Fingerprint,
  completion: Completion,
  now: number,
): Result {
  const { id, source, type, sequence, traceparent, hash, subject } = name;
  return {
    specversion: '1.0',
    id: sha256(JSON.stringify([source ?? null, id ?? hash ?? null, fingerprint.mac])).slice(0, 32),
    source: relaySource,
    type: `${type ?? NO_CHANGE}.${completion.outcome}`,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    dataschema: schemaId('result'),
    subject: subject && eventSubject(subject),
    sequence,
    traceparent,
    data: {
      change: { id, source, type, sequence, hash, subject: subject && { ...subject } },
      operation: name.operation,
      ...outcomeFields(completion),
      provider: providerOf(completion),
      attempts: completion.attempts,
      ignored_fields: limitList(completion.omitted),
      warnings: limitList(completion.warnings),
      unverified_fields: limitList(completion.unverifiable),
    },
  };
}

/** The `subject` of an event about a change. */
export const eventSubject = ({ service, kind, id }: Omit<Subject, 'project_id'>) => `${service}/${kind}/${id}`;

const outcomeFields = (completion: Completion) =>
  completion.outcome === 'succeeded'
    ? {
        outcome: completion.outcome,
        confirmed_by: completion.confirmedBy,
        reply: completion.reply && shorten(completion.reply),
        created: completion.created?.[0],
      }
    : {
        outcome: completion.outcome,
        error: errorOf(completion.error, completion.problems),
        candidates: limitList(completion.created),
      };

/** The most characters of a reply's text in a result. Without a limit the result could be too large for the ledger or the bus. */
const MAX_TEXT = 255;
const shorten = (reply: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(reply).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, MAX_TEXT).toWellFormed() : value,
    ]),
  );

const limitList = (list: string[] | undefined) => (list && list.length > 0 ? list.slice(0, MAX_LISTED) : undefined);

function providerOf({ status, requestId }: Completion) {
  if (status === undefined) return undefined;
  return { status, request_id: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : undefined };
}

function errorOf(
  { origin, remedy, ...error }: ProviderError & { origin: 'relay' | 'provider' },
  problems: Problem[] = [],
) {
  return {
    class: error.class,
    code: error.code,
    message: error.message,
    origin,
    retryable: remedy !== 'no',
    advice: error.advice,
    problems: problems.length > 0 ? problems.slice(0, MAX_LISTED).map((problem) => ({ ...problem })) : undefined,
  };
}

/** The text of a result, which is stored and published byte for byte. Integers keep all their digits. */
export const writeResult = (result: Result): string => writeJson(result as Json);

/** Reads a stored result, which was written by `writeResult`. */
export const readResult = (text: string): Result => JSON.parse(text);

/** The result as the bus takes it. `detail` is its stored text. */
export const toEvent = ({ source, type }: Result, detail: string): ResultEvent => ({
  source,
  detailType: type,
  detail,
});
