import type * as z from 'zod';
import type { JsonObject } from '../json/exact-json.ts';

/** The provider's services that the relay calls. */
export type Service = 'dcs' | 'sms';

/** Revisions of the SMS API, each named after the month of its publication: seed 003 and seed 004. */
export const REVISIONS = ['2024-09', '2026-01'] as const;
export type Revision = (typeof REVISIONS)[number];

/** What a read of the task shows about a change. */
export type Verdict = 'applied' | 'not-applied' | 'cannot-tell';

/** Tells whether this was the snapshot before the request. */
export type BaselineTest = (snapshot: JsonObject) => boolean;

/** The GET that shows whether a change was applied, and how its reply is compared with the change. */
export interface ReadBack<Data> {
  /** The path of the GET. Each id is already a safe path segment. */
  path(data: Data): string;
  /** The task as the provider shows it. Every member is optional, and unknown members are allowed. */
  reply: z.ZodType<JsonObject>;
  /** To be increased when `snapshot` gives other values of the same task. A baseline of another version is not used. */
  version: number;
  /** The values of the task that the change would set. They are compared and, as a digest, stored. Never a secret. */
  snapshot(task: JsonObject, data: Data): JsonObject;
  /**
   * Compares the snapshot of now with the change. `isBaseline` tells whether a snapshot is that from before the request; it
   * is absent if that is not known. The verdict is `applied` only if nothing but the request can have led to what is shown.
   */
  verdict(snapshot: JsonObject, data: Data, isBaseline: BaselineTest | undefined): Verdict;
  /** Paths of the change's fields that no read shows, so that the result can say what was not checked. */
  unverifiable(data: Data): string[];
}

/** One API call described as data. `Data` is the change's `data` without members that are null. */
export interface Operation<Data = unknown> {
  /** The operation's name, verb-noun, equal to the file's name. */
  name: string;
  /** The call's name in the provider's manual. */
  call: string;
  service: Service;
  /** The CloudEvents `type` that picks this operation. */
  change: string;
  /** Set when the relay supports several revisions of one API. */
  revision?: Revision;
  /** Only accepts or refuses. It has no default and no transformation, so that a JSON Schema can be made from it. */
  input: z.ZodType<Data>;
  /** Leaves out fields that only another revision has, before `input` checks the data. Returns the rest and the paths left out. */
  omit?(data: JsonObject): { data: JsonObject; omitted: string[] };
  /** Warnings to the sender about a change that is carried out anyway. */
  warnings?(data: Data): string[];
  /** The subject of the change, without the service. */
  subject(data: Data): Omit<Subject, 'service'>;
  method: 'POST' | 'PUT';
  path(data: Data): string;
  /** References to the secrets that the request needs. They are read before the call. */
  secretReferences?(data: Data): string[];
  /** Paths of secrets that the change itself contains. */
  inlineSecrets?(data: Data): string[];
  /** The request body to send. `secret` gives the value behind a reference. */
  body(data: Data, secret: (reference: string) => string): JsonObject;
  /** A 2xx body that this schema refuses leaves the outcome unknown. An empty body is undefined. */
  reply: z.ZodType;
  /** The fields of the reply that the result repeats. */
  pickReply(reply: unknown): JsonObject;
  /** True when a 2xx reply says that something went wrong, so that the task must be read. */
  isErrorReply?(reply: unknown): boolean;
  readBack: ReadBack<Data>;
  /** True when sending the same request twice leads to the same state, because it sets values. */
  repeatable: boolean;
}

/** Checks an operation's types where it is defined, and gives it a type that all operations share. */
export function defineOperation<Data>(operation: Operation<Data>): Operation {
  return operation as Operation;
}

/** What a change is about and its order depends on: a task of a service. */
export interface Subject {
  service: Service;
  kind: string;
  id: string;
  project_id?: string;
}

const SEGMENT = /^[A-Za-z0-9_-]{1,255}$/;

/** Builds a path from safe ids. Throws a RangeError for any other character; the schemas refuse those before. */
export function path(parts: TemplateStringsArray, ...ids: string[]): string {
  for (const id of ids) {
    if (!SEGMENT.test(id)) throw new RangeError('an id of the path has a character outside A-Z a-z 0-9 _ -');
  }
  return String.raw({ raw: parts }, ...ids);
}
