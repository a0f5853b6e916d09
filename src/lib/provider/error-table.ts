import { AT_FAULT, type Cause, type ErrorClass, type Remedy } from '../relay/provider.ts';
import ROWS from './error-codes.json' with { type: 'json' };

interface ErrorKind {
  class: ErrorClass;
  remedy: Remedy;
  /** Absent when the change itself is at fault, or when the class shows who is. */
  cause?: Cause | undefined;
}

/** What a code or a status means, in the relay's words. */
export interface Meaning extends ErrorKind {
  status: number;
  text: string;
}

type Code = readonly [code: string, means: string, numericTwin?: string];
type KindByStatus = Readonly<Record<string, ErrorKind> & { other: ErrorKind }>;

interface ErrorTable {
  /** Codes that come with one status and are of one kind. */
  groups: readonly (ErrorKind & { status: number; codes: readonly Code[] })[];
  /** What to do about a code, where the advice for its class would mislead. */
  advice: Readonly<Record<string, string>>;
  /** The provider's texts that name the field at fault, by code; the field's place is written as {}. */
  fieldTexts: Readonly<Record<string, string>>;
  /** The kind of an error whose code isn't listed, by its HTTP status. */
  byStatus: KindByStatus;
  /** The same of a reply without a code, where that differs. */
  withoutCode: KindByStatus;
}

// TypeScript types each string of a JSON module as string. A test reads the table by a schema of this type.
const TABLE = ROWS as unknown as ErrorTable;

/**
 * Who sent a status without a listed code: the called service, another service of the provider, IAM (whose keystone shape
 * has the status as its code), or something on the way, because DCS, SMS and the gateway always name a code.
 */
export type Speaker = 'service' | 'other' | 'iam' | 'nobody';

const memberOf = <Value>(rows: Readonly<Record<string, Value>>, name: string | number): Value | undefined =>
  Object.hasOwn(rows, name) ? rows[name] : undefined;

interface Codes {
  meanings: Map<string, Meaning[]>;
  /** Numeric DCS codes and the dotted ones that mean the same (111400063 = DCS.4063). */
  twins: Map<string, string>;
}

let known: Codes | undefined;

/** The listed codes. The maps are built at the first error, because most invocations meet none. */
function codes(): Codes {
  if (known) return known;
  known = { meanings: new Map(), twins: new Map() };
  for (const { codes, ...kind } of TABLE.groups) for (const row of codes) addCode(known, kind, row);
  return known;
}

function addCode({ meanings, twins }: Codes, kind: Omit<Meaning, 'text'>, [code, text, twin]: Code) {
  meanings.set(code, [...(meanings.get(code) ?? []), { ...kind, text }]);
  if (twin !== undefined) twins.set(twin, code);
}

/** The listed codes, including their numeric twins. */
export const listedCodes = (): string[] => [...codes().meanings.keys(), ...codes().twins.keys()];

/** All meanings of a code or its twin, with any status. */
export const meaningsOf = (code: string): Meaning[] => codes().meanings.get(tableCode(code)) ?? [];

/** The provider's code as the table has it: the dotted twin of a number, and APIGW for APIG, which customers' own gateways use. */
export function tableCode(code: string): string {
  const { meanings, twins } = codes();
  const gateway = code.replace(/^APIG\./, 'APIGW.');
  if (!meanings.has(code) && meanings.has(gateway)) return gateway;
  return twins.get(code) ?? unlistedTwin(code) ?? code;
}

/** The dotted code for a number that the manual does not list. Such numbers are 111, the status, and the last three digits. */
function unlistedTwin(number: string): string | undefined {
  const [, status, last] = /^111(\d{3})(\d{3})$/.exec(number) ?? [];
  const meaningsIn = (code: string) => codes().meanings.get(code) ?? [];
  return [1, 2, 3, 4, 5]
    .map((first) => `DCS.${first}${last}`)
    .find((code) => meaningsIn(code).some((meaning) => meaning.status === Number(status)));
}

/** What a code means with a status. A code with several meanings has none if no status matches. */
export function meaningOfCode(code: string, status: number): Meaning | undefined {
  const found = codes().meanings.get(code);
  return found?.length === 1 ? found[0] : found?.find((meaning) => meaning.status === status);
}

/** What to do about a code, if the advice for its class would mislead. */
export const adviceOfCode = (code: string): string | undefined => memberOf(TABLE.advice, code);

/** The cause when another than the called service refuses. */
const CAUSE_OF: Partial<Record<Speaker, Cause>> = { other: 'service', iam: 'credential' };

/** What a status without a listed code means, depending on who sent it. */
export function meaningOfStatus(status: number, speaker: Speaker = 'nobody'): Meaning {
  const rows = speaker === 'nobody' ? TABLE.withoutCode : TABLE.byStatus;
  const listed = memberOf(rows, status) ?? memberOf(TABLE.byStatus, status);
  const found = listed ?? rows.other;
  const cause = found.cause ?? (AT_FAULT.has(found.class) ? CAUSE_OF[speaker] : undefined);
  return { ...found, status, cause, text: listed ? UNEXPLAINED : 'an unusual HTTP status' };
}

const UNEXPLAINED = 'no code of the provider explains this HTTP status';

/** The field that the provider's text names, if the text has the form in the table and the field was sent. */
export function fieldNamed(code: string, text: string, sent: ReadonlySet<string>): string | undefined {
  const [before, after] = memberOf(TABLE.fieldTexts, code)?.split('{}') ?? [];
  if (before === undefined || after === undefined) return undefined;
  if (!text.startsWith(before) || !text.endsWith(after)) return undefined;
  const name = text.slice(before.length, text.length - after.length);
  return sent.has(name) ? name : undefined;
}

/**
 * Codes with which the gateway says that it never called the service behind it, with any status. Codes that don't show
 * whether the backend was called are not listed: 0201 (502, 504), 0601, 0705, APIG.0107, 0202, 0203.
 */
export const NOT_REACHED: Readonly<Record<string, string>> = {
  'APIGW.0101': 'no API is published for this host, method and path',
  'APIGW.0103': 'the API has no backend',
  'APIGW.0301': 'the credential was refused',
  'APIGW.0302': 'the user was refused',
  'APIGW.0303': 'the app credential was refused',
  'APIGW.0304': 'the app was refused',
  'APIGW.0305': 'the credential was refused',
  'APIGW.0306': 'access was refused',
  'APIGW.0307': 'the token was refused',
  'APIGW.0308': 'the request was over the rate limit',
  'APIGW.0310': 'the project was refused',
  'APIGW.0311': 'the debug credential was refused',
  'APIGW.0605': "the backend's name was not resolved",
  'APIGW.0606': "the API's configuration was not loaded",
  'APIGW.0608': "the gateway had no token of its own to check the caller's",
  'APIGW.0609': 'the API has no VPC backend',
  'APIGW.0610': 'no backend was up to be called',
  'APIGW.0611': 'the backend has no port',
  'APIGW.0612': 'the call would have led back to itself and was cut',
  'APIGW.0613': 'IAM was down, so the credential was not checked',
  'APIG.0615': 'the third-party check was not set up',
  'APIG.0616': 'the third-party check was not made',
  'APIG.0617': 'the third-party check gave no usable reply',
};
