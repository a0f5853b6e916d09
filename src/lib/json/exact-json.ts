import { scan } from './scan.ts';

/** A value of JSON; integers that a double can't hold are bigint, so that an int64 keeps its digits. */
export type Json = string | number | bigint | boolean | null | Json[] | { [name: string]: Json | undefined };
export type JsonObject = { [name: string]: Json | undefined };

/** A number that neither a double nor a bigint holds exactly; every schema refuses it, so it can't be sent altered. */
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
/** Longer integers than these are nobody's, and cost more than a look to convert. */
const MAX_INTEGER = 40;

/**
 * Parses JSON so that no number changes: integers beyond 2^53 become bigint, other inexact numbers InexactNumber. Throws
 * SyntaxError. What a scan of the text showed comes first, because the reviver costs six times a plain parse.
 */
export function parseJson(text: string, { perhapsInexact } = scan(text)): unknown {
  if (!perhapsInexact) return JSON.parse(text);
  return JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? exact(value, source) : value,
  );
}

function exact(value: number, source: string): unknown {
  if (INTEGER.test(source)) return Number.isSafeInteger(value) ? value : long(source);
  return Number.isFinite(value) && decimal(source) === decimal(String(value)) ? value : new InexactNumber(source);
}

const long = (source: string) => (source.length > MAX_INTEGER ? new InexactNumber(source) : BigInt(source));

/** A JSON number as its digits without leading and trailing zeros and the exponent of the last one: equal texts, equal numbers. */
function decimal(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  if (short === '') return '0';
  return `${sign}${short}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - short.length)}`;
}

/** Writes JSON with every number as its digits came; members that are undefined are left out. */
export function writeJson(value: Json, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch {
    // A bigint, which nearly no value has: looking at each member takes twice as long.
    return JSON.stringify(value, exactly, indent);
  }
}

const exactly = (_key: string, member: unknown) =>
  typeof member === 'bigint' ? JSON.rawJSON(member.toString()) : member;

/** True for a JSON object (no array, no null, no InexactNumber). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof InexactNumber);
}
