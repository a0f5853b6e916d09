import type { ChangeHistory } from './findings.ts';
import type { Call } from './world/calls.ts';
import type { Values } from './world/task.ts';

/** The provider must be asked for what the change asks for, digit for digit, without the fields that the result says were left out. */
export function wrongRequest({ change, requests, result }: ChangeHistory): string | undefined {
  const ignored = result?.data.ignored_fields ?? [];
  const sent = Object.entries(change.body).filter(([name]) => !ignored.includes(`data.body.${name}`));
  const asked = Object.fromEntries(sent);
  const wantedFor = (body: Values | undefined) => (MARKED.has(change.call) ? withMark(asked, body) : asked);
  const isAsAsked = (body: Values | undefined) =>
    JSON.stringify(body) === (change.bodiless ? undefined : JSON.stringify(wantedFor(body)));
  const isOther = (call?: Call) => call !== undefined && change.call !== undefined && call !== change.call;
  const wrong = requests.find(({ body, call }) => !isAsAsked(body) || isOther(call));
  return wrong && `the request at ${wrong.at} is not what was asked`;
}

/** The creations whose task is found by a mark, which is at the end of its description. */
const MARKED = new Set<Call | undefined>(['create_online', 'create_import']);
const MARK = /\[relay:[0-9a-f]{16}\]$/;

const markIn = (body: Values | undefined): string | undefined => MARK.exec(String(body?.description))?.[0];
/** The body that was asked for, with the mark that was sent. */
const withMark = (asked: Values, sent: Values | undefined): Values => ({
  ...asked,
  description: [asked.description, markIn(sent) ?? 'a mark'].filter((part) => part !== undefined).join(' '),
});

/** Sentences about marks that several changes have, or changes that have several. */
export function ambiguousMarks(histories: ChangeHistory[]): string[] {
  const owners = new Map<string, string>();
  return histories.flatMap(({ change, requests }) => {
    const marks = new Set(requests.flatMap(({ body }) => markIn(body) ?? []));
    const shared = [...marks].find((mark) => (owners.get(mark) ?? change.id) !== change.id);
    for (const mark of marks) owners.set(mark, change.id);
    if (marks.size > 1) return [`${change.uid} has ${marks.size} marks`];
    return shared === undefined ? [] : [`${change.uid} has the mark of another change`];
  });
}
