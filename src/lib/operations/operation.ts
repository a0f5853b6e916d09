import type * as z from 'zod';
import type { JsonObject } from '../json/exact-json.ts';

/** The provider's services that the relay calls. */
export type Service = 'dcs' | 'sms';

/** Revisions of the SMS API, each named after the month of its publication: seed 003 and seed 004. */
export const REVISIONS = ['2024-09', '2026-01'] as const;
export type Revision = (typeof REVISIONS)[number];

/** What a reading of the task says about a change. */
export type Verdict = 'applied' | 'not-applied' | 'cannot-tell';

/** Whether the task showed these facts before the request. */
export type ShownBefore = (facts: JsonObject) => boolean;

/** The GET that shows whether a change was applied, and how its reply is compared with the change. */
export interface ReadBack<Data> {
  /** The path of the GET, each id already a safe path segment. */
  path(data: Data): string;
  /** The task as the provider shows it; every member optional, unknown ones allowed. */
  reply: z.ZodType<JsonObject>;
  /** Raised when `look` gives other facts of the same task: what another version remembered is no measure then. */
  version: number;
  /** The shown values that the change would set: what is compared and, as a digest, remembered. Never a secret. */
  look(task: JsonObject, data: Data): JsonObject;
  /**
   * Compares what `look` sees now with the change; `was` says whether it saw the given facts before the request (absent where
   * nothing is known of that). Applied is concluded only from what nothing but the request leads to.
   */
  verdict(seen: JsonObject, data: Data, was: ShownBefore | undefined): Verdict;
  /** Paths of the change's fields that no read shows, so that the result can say what was not checked. */
  unverifiable(data: Data): string[];
}

/** One API call described as data. `Data` is the change's `data` after members that are null were taken out. */
export interface Operation<Data = unknown> {
  /** Verb-noun, equal to the file's name. */
  name: string;
  /** The call's name in the provider's manual. */
  call: string;
  service: Service;
  /** The CloudEvents `type` that picks this operation. */
  change: string;
  /** Set when several revisions of one API stand side by side. */
  revision?: Revision;
  /** Accepts or refuses, nothing else: no default, no transformation, so that a JSON Schema can be made from it. */
  input: z.ZodType<Data>;
  /** Fields that only another revision knows are left out before `input` judges; returns what stays and the paths left out. */
  leaveOut?(data: JsonObject): { data: JsonObject; ignored: string[] };
  /** Sentences about the change that its sender should know although it is carried out. */
  warnings?(data: Data): string[];
  /** What the change is about, beside the service. */
  subject(data: Data): Omit<Subject, 'service'>;
  method: 'POST' | 'PUT';
  path(data: Data): string;
  /** References to secrets that the request needs; resolved before the call. */
  secretReferences?(data: Data): string[];
  /** Paths of secrets that stand in the change itself. */
  inlineSecrets?(data: Data): string[];
  /** The request body to send; `secret` gives the value behind a reference. */
  body(data: Data, secret: (reference: string) => string): JsonObject;
  /** A 2xx body that this schema refuses leaves the outcome unknown. An empty body is undefined. */
  reply: z.ZodType;
  /** The reply's fields that the result carries. */
  pickReply(reply: unknown): JsonObject;
  /** True when a 2xx reply itself says that something went wrong, so that the task must be read. */
  isErrorReply?(reply: unknown): boolean;
  readBack: ReadBack<Data>;
  /** True when sending the same request twice ends in the same state (it sets values). */
  repeatable: boolean;
}

/** Checks an operation's types at its definition and hands it out as one of many. */
export function defineOperation<Data>(operation: Operation<Data>): Operation {
  return operation as Operation;
}

/** What an operation's data names, and its changes are carried out in order for: a task of a service. */
export interface Subject {
  service: Service;
  kind: string;
  id: string;
  project_id?: string;
}

const SEGMENT = /^[A-Za-z0-9_-]{1,255}$/;

/** Builds a path from ids that can't change the route; throws RangeError on any other character (the schemas refuse it before). */
export function path(parts: TemplateStringsArray, ...ids: string[]): string {
  for (const id of ids) {
    if (!SEGMENT.test(id)) throw new RangeError('an id of the path has a character outside A-Z a-z 0-9 _ -');
  }
  return String.raw({ raw: parts }, ...ids);
}
