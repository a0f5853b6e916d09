import { scan } from './scan.ts';

/** A JSON value. Integers that a double can't hold are bigint, so that an int64 keeps all its digits. */
export type Json = string | number | bigint | boolean | null | Json[] | { [name: string]: Json | undefined };
export type JsonObject = { [name: string]: Json | undefined };

/** A number that neither a double nor a bigint holds exactly. Every schema refuses it, so that it can't be sent altered. */
export class InexactNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
  toJSON() {
    return JSON.rawJSON(this.source);
  }
}

const INTEGER = /^-?\d+$/;
/** The most characters of an integer that is converted. Longer ones are not in use and take long to convert. */
const MAX_INTEGER = 40;

/**
 * Parses JSON without changing any number: integers beyond 2^53 become bigint, other inexact numbers InexactNumber. Throws
 * SyntaxError. The reviver runs only if the scan of the text found such a number, because it is slow.
 */
export function parseJson(text: string, { mayBeInexact } = scan(text)): unknown {
  if (!mayBeInexact) return JSON.parse(text);
  return JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? toExact(value, source) : value,
  );
}

function toExact(value: number, source: string): unknown {
  if (INTEGER.test(source)) return Number.isSafeInteger(value) ? value : toBigInt(source);
  return Number.isFinite(value) && decimal(source) === decimal(String(value)) ? value : new InexactNumber(source);
}

const toBigInt = (source: string) => (source.length > MAX_INTEGER ? new InexactNumber(source) : BigInt(source));

/** A JSON number in one form: its digits without leading and trailing zeros, and the last digit's exponent. Equal numbers give equal texts. */
function decimal(source: string): string {
  const [, sign = '', integerPart = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = (integerPart + fraction).replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  if (short === '') return '0';
  return `${sign}${short}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - short.length)}`;
}

/** Writes JSON with all digits of every number. Members that are undefined are left out. */
export function writeJson(value: Json, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch {
    // Few values contain a bigint, and a replacer, which is called for each member, is slow.
    return JSON.stringify(value, exactReplacer, indent);
  }
}

const exactReplacer = (_key: string, member: unknown) =>
  typeof member === 'bigint' ? JSON.rawJSON(member.toString()) : member;

/** True for a JSON object (not for an array, null or an InexactNumber). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof InexactNumber);
}
