import type { JsonObject } from '../lib/json/exact-json.ts';
import { portable } from './portable.ts';

const HOST = String.raw`(?:\[[0-9A-Fa-f:.]+\]|[^\s\p{Cc},:[\]]+)`;
const PORT = String.raw`(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])`;
const ADDRESSES = portable(new RegExp(`^(?:${HOST}:${PORT}(?:,${HOST}:${PORT})*)?$`, 'u'));

const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const IPV4 = String.raw`(?:${BYTE}\.){3}${BYTE}`;
const GROUP = '[0-9A-Fa-f]{1,4}';

/** IPv6 with `before` groups in front of `::`, which stands for at least one; the last two groups may be written as IPv4 (RFC 4291). */
function shortened(before: number): string {
  const front = before === 0 ? '' : `${GROUP}(?::${GROUP}){${before - 1}}`;
  const room = 7 - before;
  const plain = room < 1 ? [] : [`(?:${GROUP}:){0,${room - 1}}${GROUP}`];
  const mixed = room < 2 ? [] : [`(?:${GROUP}:){0,${room - 2}}${IPV4}`];
  const rest = [...plain, ...mixed];
  return `${front}::${rest.length === 0 ? '' : `(?:${rest.join('|')})?`}`;
}

const WHOLE = [`(?:${GROUP}:){7}${GROUP}`, `(?:${GROUP}:){6}${IPV4}`];
const IPV6 = `(?:${[...WHOLE, ...[0, 1, 2, 3, 4, 5, 6, 7].map(shortened)].join('|')})`;

// Each `not` names the type that it is about, so that null passes where it may stand for an absent member.
const TEXT: JsonObject = { type: 'string' };
const filled = (name: string): JsonObject => ({
  required: [name],
  properties: { [name]: { ...TEXT, minLength: 1 } },
});
const notBoth = (one: string, other: string): JsonObject => ({
  not: { type: 'object', required: [one, other], properties: { [one]: TEXT, [other]: TEXT } },
});
const ipIf = (use: boolean, ip: string): JsonObject => ({
  if: { required: ['use_ipv6'], properties: { use_ipv6: { const: use } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, never awaited.
  then: { properties: { migration_ip: { pattern: `^(?:${ip})?$` } } },
});

/**
 * What an operation's schema checks with code, said in JSON Schema: by the words in which the code refuses it. Each is an
 * addition to what zod says by itself.
 */
const RULES: readonly [refusal: RegExp, added: JsonObject[]][] = [
  [/^must be text without lone surrogates$/, [{ not: { type: 'string', pattern: '[\ud800-\udfff]' } }]],
  [
    /^must be text without control characters and lone surrogates$/,
    [{ not: { type: 'string', pattern: '[\u0000-\u001f\u007f-\u009f\ud800-\udfff]' } }],
  ],
  // The lengths themselves stand in the schema's own metadata.
  [/^must be \d+ to \d+ characters long$/, []],
  [/^must be host:port/, [{ pattern: ADDRESSES }]],
  [/^must have exactly one of id and addrs$/, [{ oneOf: [filled('id'), filled('addrs')] }]],
  [/^must not have both password and password_ref$/, [notBoth('password', 'password_ref')]],
  [/^must be ids of at most 255 characters/, [{ pattern: '^[^ ]{0,255}(?: [^ ]{0,255})*$' }]],
  [/^must not stand beside enterprise_project_id$/, [notBoth('enterprise_project', 'enterprise_project_id')]],
  // Apart, since beside prefixItems a schema's items speak only of the elements after them.
  [
    /^must not be empty in the first of the networks$/,
    [{ allOf: [{ prefixItems: [{ properties: { mac: { minLength: 1 } } }] }] }],
  ],
  [
    /^must be an IPv6 address if use_ipv6/,
    [ipIf(true, IPV6), ipIf(false, IPV4), { properties: { migration_ip: { pattern: `^(?:${IPV4}|${IPV6})?$` } } }],
  ],
];

/** The rule for a refusal in these words; throws for words that nobody said in JSON Schema yet. */
export function ruleFor(refusal: string): JsonObject[] {
  const found = RULES.find(([words]) => words.test(refusal));
  if (!found) throw new Error(`src/contracts/rules.ts has no JSON Schema for what is refused with "${refusal}"`);
  return found[1];
}
