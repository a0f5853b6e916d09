import { parse, unwrap } from '../../lib/change/body.ts';
import { isObject, type JsonObject } from '../../lib/json/exact-json.ts';

/** Warnings about attributes that the relay accepts although they break the CloudEvents specification or its extensions. */
export function conformanceWarnings(text: string): string[] {
  const parsed = parse(text);
  const event = 'value' in parsed ? unwrap(parsed.value, 2) : parsed;
  if (!('value' in event) || !isObject(event.value)) return [];
  const { time, dataschema, sequencetype } = event.value;
  return [
    ...(isInvalid(time, isTime) ? ['time: not an RFC 3339 time, such as 2026-02-03T09:14:00Z'] : []),
    ...(isInvalid(dataschema, URL.canParse) ? ['dataschema: not an absolute URI'] : []),
    ...(isInvalid(sequencetype, (type) => type === 'Integer')
      ? ['sequencetype: must be Integer, because the relay compares sequences as whole numbers']
      : []),
    ...nameWarnings(event.value),
  ];
}

/** False for null, which counts as absent. */
const isInvalid = (value: unknown, isRight: (value: string) => boolean) =>
  value !== undefined && value !== null && !(typeof value === 'string' && isRight(value));

const isTime = (time: string) =>
  /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/.test(time) &&
  !Number.isNaN(Date.parse(time));

/** Warnings about names of attributes. A name is shown only if it has the form of one. */
const nameWarnings = (event: JsonObject) =>
  Object.keys(event)
    .filter((name) => !/^[a-z0-9]+$/.test(name) && name !== 'data_base64')
    .map((name) => `${/^\w{1,64}$/.test(name) ? name : '(an attribute)'}: names may have only a to z and digits`);
