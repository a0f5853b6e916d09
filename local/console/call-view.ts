import type { Entry } from '../../simulator/log.ts';
import type { CallView } from '../../src/console/provider-side.ts';
import { writeJson } from '../../src/lib/json/exact-json.ts';
import { leaves } from '../../src/operator/difference.ts';
import { HIDDEN, mask, maskText } from '../../src/operator/masking.ts';

/** The calls of a change, oldest first. */
export const viewCalls = (entries: Entry[]): CallView[] =>
  [...Map.groupBy(entries, ({ request }) => request).values()].map(toView);

function toView(entries: Entry[]): CallView {
  const [first] = entries;
  const received = entries.find(({ kind }) => kind === 'received');
  const answered = entries.find(({ kind }) => kind === 'answered');
  const applied = entries.find(({ kind }) => kind === 'applied');
  const { request = '', operation = '', method = '', path = '', at = '' } = received ?? first ?? {};
  return {
    at: Date.parse(at),
    request,
    operation,
    method,
    path,
    headers: maskedHeaders(received?.headers ?? {}),
    ...(received?.body && { body: maskText(received.body) }),
    ...(answered?.status !== undefined && { status: answered.status }),
    ...(answered?.code !== undefined && { code: answered.code }),
    ...(answered?.reply !== undefined && { reply: writeJson(mask(answered.reply), 2) }),
    gone: answered?.gone === true,
    hasFault: entries.some(({ kind }) => kind === 'fault'),
    applied: applied !== undefined,
    moved: applied ? differences(applied.before, applied.after) : [],
  };
}

const MAX_DIFFERENCES = 40;

/** The fields in which two snapshots of a task differ, each with its path. */
function differences(before: unknown, after: unknown): CallView['moved'] {
  const [old, current] = [textsOf(before), textsOf(after)];
  const paths = [...new Set([...old.keys(), ...current.keys()])].filter((path) => old.get(path) !== current.get(path));
  return paths
    .slice(0, MAX_DIFFERENCES)
    .map((path) => ({ path, before: old.get(path) ?? '(not set)', after: current.get(path) ?? '(not set)' }));
}

/** The text of each field by its path. */
const textsOf = (value: unknown) => new Map(leaves(mask(value)).map(([path, leaf]) => [path, writeJson(leaf)]));

const HEADERS = new Set(['content-type', 'x-sdk-date', 'x-project-id']);
const CREDENTIALS = new Set(['authorization', 'x-auth-token', 'x-security-token']);

/** The useful headers, with credentials hidden. */
const maskedHeaders = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (CREDENTIALS.has(name)) return [[name, HIDDEN]];
      return HEADERS.has(name) ? [[name, value]] : [];
    }),
  );
