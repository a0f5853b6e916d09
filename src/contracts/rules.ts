import type { JsonObject } from '../lib/json/exact-json.ts';
import type { Rule } from '../lib/json/rule.ts';
import { portable } from './portable.ts';

const HOST = String.raw`(?:\[[0-9A-Fa-f:.]+\]|[^\s\p{Cc},:[\]]+)`;
const PORT = String.raw`(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])`;
const ADDRESSES = portable(new RegExp(`^(?:${HOST}:${PORT}(?:,${HOST}:${PORT})*)?$`, 'u'));

const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const IPV4 = String.raw`(?:${BYTE}\.){3}${BYTE}`;
const GROUP = '[0-9A-Fa-f]{1,4}';

/**
 * IPv6 with `before` groups in front of `::`, which replaces at least one group. The last two groups may have the form of
 * IPv4 (RFC 4291).
 */
function shortenedIpv6(before: number): string {
  const front = before === 0 ? '' : `${GROUP}(?::${GROUP}){${before - 1}}`;
  const room = 7 - before;
  const plain = room < 1 ? [] : [`(?:${GROUP}:){0,${room - 1}}${GROUP}`];
  const mixed = room < 2 ? [] : [`(?:${GROUP}:){0,${room - 2}}${IPV4}`];
  const rest = [...plain, ...mixed];
  return `${front}::${rest.length === 0 ? '' : `(?:${rest.join('|')})?`}`;
}

const WHOLE = [`(?:${GROUP}:){7}${GROUP}`, `(?:${GROUP}:){6}${IPV4}`];
const IPV6 = `(?:${[...WHOLE, ...[0, 1, 2, 3, 4, 5, 6, 7].map(shortenedIpv6)].join('|')})`;

// Each `not` names a type, so that null, which may replace an absent member, still passes.
const TEXT: JsonObject = { type: 'string' };
const nonEmpty = (name: string): JsonObject => ({
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

/** The checks that zod schemas make in code, as JSON Schema. Each is added to what zod itself generates. */
export const RULES: Readonly<Record<Rule, JsonObject[]>> = {
  'no-lone-surrogates': [{ not: { type: 'string', pattern: '[\ud800-\udfff]' } }],
  'no-control-characters': [{ not: { type: 'string', pattern: '[\u0000-\u001f\u007f-\u009f\ud800-\udfff]' } }],
  // The lengths are in the schema's own metadata.
  length: [],
  addresses: [{ pattern: ADDRESSES }],
  'id-or-addrs': [{ oneOf: [nonEmpty('id'), nonEmpty('addrs')] }],
  'one-password': [notBoth('password', 'password_ref')],
  'disk-ids-are-short': [{ pattern: '^[^ ]{0,255}(?: [^ ]{0,255})*$' }],
  'files-or-backup': [
    {
      anyOf: [
        { allOf: [nonEmpty('backup_id'), { properties: { file_source: { not: { const: 'self_build_obs' } } } }] },
        {
          allOf: [
            nonEmpty('bucket_name'),
            { required: ['files'], properties: { files: { type: 'array', minItems: 1 } } },
            { properties: { file_source: { not: { const: 'backup_record' } } } },
          ],
        },
      ],
    },
  ],
  'target-or-template': [
    {
      anyOf: [
        nonEmpty('vm_template_id'),
        { properties: { target_server: { allOf: [nonEmpty('name'), nonEmpty('vm_id')] } } },
      ],
    },
  ],
  'one-enterprise': [notBoth('enterprise_project', 'enterprise_project_id')],
  // In an `allOf` of its own, because beside `prefixItems`, `items` applies only to the elements after those.
  'first-network-has-mac': [{ allOf: [{ prefixItems: [{ properties: { mac: { minLength: 1 } } }] }] }],
  'ip-fits-use-ipv6': [
    ipIf(true, IPV6),
    ipIf(false, IPV4),
    { properties: { migration_ip: { pattern: `^(?:${IPV4}|${IPV6})?$` } } },
  ],
};
