import { parse, unwrap } from '../../lib/change/body.ts';
import { isObject, type JsonObject } from '../../lib/json/exact-json.ts';

/** What of a change's attributes is taken, and is still not what the CloudEvents specification or its extensions ask for. */
export function odditiesOf(text: string): string[] {
  const parsed = parse(text);
  const event = 'value' in parsed ? unwrap(parsed.value, 2) : parsed;
  if (!('value' in event) || !isObject(event.value)) return [];
  const { time, dataschema, sequencetype } = event.value;
  return [
    ...(isOdd(time, isTime) ? ['time: no RFC 3339 time, such as 2026-02-03T09:14:00Z'] : []),
    ...(isOdd(dataschema, URL.canParse) ? ['dataschema: no absolute URI'] : []),
    ...(isOdd(sequencetype, (type) => type === 'Integer')
      ? ['sequencetype: the relay compares sequences as whole numbers, which is Integer']
      : []),
    ...oddNames(event.value),
  ];
}

/** An attribute that is null is absent. */
const isOdd = (value: unknown, isRight: (value: string) => boolean) =>
  value !== undefined && value !== null && !(typeof value === 'string' && isRight(value));

const isTime = (time: string) =>
  /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/.test(time) &&
  !Number.isNaN(Date.parse(time));

/** A name is shown only if it looks like one. */
const oddNames = (event: JsonObject) =>
  Object.keys(event)
    .filter((name) => !/^[a-z0-9]+$/.test(name) && name !== 'data_base64')
    .map((name) => `${/^\w{1,64}$/.test(name) ? name : '(an attribute)'}: names have only a to z and digits`);
