const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/**
 * A W3C traceparent that can be passed on; undefined for any other value. Of a version after 00, only the fields of version
 * 00 are taken, as the recommendation requires (Trace Context, 3.2.4).
 */
export function readTraceparent(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const [, version = 'ff', trace = '', parent = '', flags = '', more] = TRACEPARENT.exec(value) ?? [];
  if (version === 'ff' || /^0+$/.test(trace) || /^0+$/.test(parent)) return undefined;
  if (version === '00') return more === undefined ? value : undefined;
  return `00-${trace}-${parent}-0${Number.parseInt(flags, 16) & SAMPLED}`;
}
