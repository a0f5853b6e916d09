import type * as z from 'zod';
import type { JsonObject } from '../json/exact-json.ts';

/** The provider's services that the relay calls. */
export type Service = 'dcs' | 'sms';

/** The clouds whose services are called. */
export type Cloud = 'huawei-cloud' | 'open-telekom-cloud';

/** Revisions of the SMS API, each named after the month of its publication: seed 003 and seed 004. */
export const REVISIONS = ['2024-09', '2026-01'] as const;
export type Revision = (typeof REVISIONS)[number];

/** What a read shows about a change. */
export type Verdict = 'applied' | 'not-applied' | 'cannot-tell';

/** Tells whether this was the snapshot before the request. */
export type BaselineTest = (snapshot: JsonObject) => boolean;

/** What a read of a subject that does not exist amounts to, for an operation that removes it. */
export const ABSENT = { absent: true } as const satisfies JsonObject;

/** A GET that gives a list in pages. */
export interface ListRead<Data = unknown> {
  /** The path of the page that begins with the element of this number. */
  path(data: Data, offset: number): string;
  /** The name of the reply's member with the elements. Its member `count` is the number of elements on all pages. */
  elements: string;
  idOf(element: JsonObject): string | undefined;
}

/** The GET that shows whether a change was applied, and how its reply is compared with the change. */
export interface ReadBack<Data> {
  /** The path of the GET. Each id is already a safe path segment. */
  path(data: Data): string;
  /** Set if the GET gives a list. What it shows is then `{ elements }`, complete. */
  list?: ListRead<Data>;
  /** What the provider shows. Every member is optional, and unknown members are allowed. */
  reply: z.ZodType<JsonObject>;
  /** To be increased when `snapshot` gives other values of the same task. A baseline of another version is not used. */
  version: number;
  /** The shown values that the change would set. They are compared and, as a digest, stored. Never a secret. */
  snapshot(shown: JsonObject, data: Data, mark?: string): JsonObject;
  /** What a refusal of the GET shows, by its code, where the service refuses because nothing is stored yet. */
  shownByRefusal?(code: string): JsonObject | undefined;
  /**
   * Compares the snapshot of now with the change. `isBaseline` tells whether a snapshot is that from before the request; it
   * is absent if that is not known. The verdict is `applied` only if nothing but the request can have led to what is shown.
   */
  verdict(snapshot: JsonObject, data: Data, isBaseline: BaselineTest | undefined): Verdict;
  /** The ids of what the change may have created, for a list: its baseline is then the ids that it had. */
  created?(snapshot: JsonObject, isBaseline: BaselineTest | undefined): string[];
  /**
   * Set if nothing but its id tells what was created from an older element. The baseline is then read only when the list must
   * show what an earlier change created.
   */
  isUnmarked?: true;
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
  /** The permissions that the call and its read need at the provider, as IAM names them. */
  permissions: readonly string[];
  /** Set if only one cloud offers the call. */
  cloud?: Cloud;
  method: 'POST' | 'PUT' | 'DELETE';
  path(data: Data): string;
  /** References to the secrets that the request needs. They are read before the call. */
  secretReferences?(data: Data): string[];
  /** Paths of secrets that the change itself contains. */
  inlineSecrets?(data: Data): string[];
  /** The request body to send; absent if the call has none. `secret` gives the value behind a reference. `mark` is a text of the change's own. */
  body?(data: Data, secret: (reference: string) => string, mark?: string): JsonObject;
  /** The id of what the call created, from its reply. */
  createdIn?(reply: unknown): string;
  /** A 2xx body that this schema refuses leaves the outcome unknown. An empty body is undefined. */
  reply: z.ZodType;
  /** The fields of the reply that the result repeats. */
  pickReply(reply: unknown): JsonObject;
  /** True when a 2xx reply says that something went wrong, so that the task must be read. */
  isErrorReply?(reply: unknown, data: Data): boolean;
  /** The part of a 2xx body that refuses the request, for a call that answers for each of several tasks. It is classified as an error body. */
  refusalIn?(body: unknown, data: Data): JsonObject | undefined;
  readBack: ReadBack<Data>;
  /** True when sending the same request twice leads to the same state, because it sets values. */
  repeatable: boolean;
  /**
   * Set for a call that removes its subject: the codes which say that the subject does not exist, so that a refusal with one of
   * them is a success. Other codes may name something else as missing: a target, a disk, a snapshot.
   */
  removes?: readonly string[];
}

/**
 * Checks an operation's types where it is defined, and gives it a type that all operations share. Its schema is made when the
 * first change of its type comes, so that the start of a function does not grow with the number of operations.
 */
export function defineOperation<Data>({ input, ...rest }: Definition<Data>): Operation {
  const schema = once(input);
  return {
    ...(rest as Omit<Operation, 'input'>),
    get input() {
      return schema();
    },
  };
}

/** A value that is made when it is first asked for, and kept. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

type Definition<Data> = Omit<Operation<Data>, 'input'> & { input(): z.ZodType<Data> };

/** What a change is about and its order depends on: a task or a source server of a service. */
export interface Subject {
  service: Service;
  kind: string;
  id: string;
  project_id?: string;
}
