import type { Evidence } from './evidence.ts';
import { type Findings, noFindings, type Story, storiesOf, type TaskStory } from './findings.ts';
import { illegalResends, orderBreaks, repeatsEffect } from './resend.ts';
import { isUndoneByOthers, untruth } from './truth.ts';

/** What a run came to: the broken promises, and counts of what is allowed but should be rare. */
export interface Verdict {
  findings: Findings;
  counts: Record<string, number>;
}

/** Judges a run by the provider's own log, the published results and what is left in the queues, and by nothing else. */
export function check(evidence: Evidence): Verdict {
  const findings = noFindings();
  const { stories, tasks } = storiesOf(evidence);
  const tell = (kind: keyof Findings, story: Story, reason: string) =>
    findings[kind].push(`${story.asked.uid} (${story.asked.task}): ${reason}`);
  for (const story of stories.values()) {
    const task = tasks.get(story.asked.task) as TaskStory;
    for (const [kind, reason] of faultsOf(story, task, stories, evidence)) tell(kind, story, reason);
  }
  for (const task of tasks.values()) findings.orderBreaks.push(...orderBreaks(task, stories));
  findings.contradictory.push(...sharedIds([...stories.values()]));
  findings.leaks.push(
    ...leaksIn(evidence.texts, CANARY),
    ...leaksIn({ deadLetters: evidence.deadTexts ?? [] }, SECRET),
  );
  findings.deadLettered.push(...evidence.overReceived.map((id) => `message ${id} used up its receives`));
  if (evidence.dangling > 0) findings.dangling.push(`${evidence.dangling} requests outlived their invocation`);
  return { findings, counts: countsOf([...stories.values()], tasks) };
}

type Fault = [keyof Findings, string];

function faultsOf(story: Story, task: TaskStory, stories: ReadonlyMap<string, Story>, evidence: Evidence): Fault[] {
  const faults: Fault[] = [];
  const add = (kind: keyof Findings, reason: string | false | undefined) => reason && faults.push([kind, reason]);
  add('lost', missingOf(story, evidence));
  add('stuck', stuckOf(story, evidence));
  add('contradictory', story.details.size > 1 && `${story.details.size} different results`);
  add('false', untruth(story, task, stories));
  add('appliedTwice', repeatsEffect(story, task) && `applied ${story.applies.length} times`);
  for (const reason of illegalResends(story, task)) add('illegalResend', reason);
  add('wrongRequests', wrongRequest(story));
  return faults;
}

function missingOf({ asked, told }: Story, { waiting, dead }: Evidence): string | undefined {
  if (told || asked.kind === 'poison' || waiting.includes(asked.uid) || dead.includes(asked.uid)) return undefined;
  return 'no result';
}

/** Poison must end in the dead-letter queue, everything else must be gone. */
function stuckOf({ asked }: Story, { waiting, dead }: Evidence): string | undefined {
  if (waiting.includes(asked.uid)) return 'still in the queue';
  if (asked.kind === 'poison') return dead.includes(asked.uid) ? undefined : 'poison that vanished';
  return dead.includes(asked.uid) ? 'still in the dead-letter queue' : undefined;
}

/** What the provider got must be what was asked, digit for digit, but for what the result says was left out. */
function wrongRequest({ asked, requests, told }: Story): string | undefined {
  const ignored = told?.data.ignored_fields ?? [];
  const sent = Object.entries(asked.body).filter(([name]) => !ignored.includes(`data.body.${name}`));
  const wanted = JSON.stringify(Object.fromEntries(sent));
  const wrong = requests.find(({ body }) => JSON.stringify(body) !== wanted);
  return wrong && `the request at ${wrong.at} is not what was asked`;
}

/** No two changes may share a result. */
function sharedIds(stories: Story[]): string[] {
  const owners = new Map<string, string>();
  return stories.flatMap(({ told, asked }) => {
    if (!told) return [];
    const owner = owners.get(told.id);
    owners.set(told.id, asked.uid);
    return owner === undefined ? [] : [`${asked.uid} and ${owner} share the result ${told.id}`];
  });
}

/** Canaries as they are, in base64, in hex and reversed. */
const CANARY = /canary|Y2FuYXJ5|63616e617279|yranac/i;
/** The same of values behind references, which only the relay ever sees. */
const SECRET = /canary-secret|Y2FuYXJ5LXNlY3Jld|63616e6172792d736563726574|terces-yranac/i;

function leaksIn(texts: Record<string, string[]>, canary: RegExp): string[] {
  return Object.entries(texts).flatMap(([place, lines]) =>
    lines.filter((line) => canary.test(line)).map((line) => `${place}: ${around(line, canary)}`),
  );
}

const around = (line: string, canary: RegExp) => line.slice(Math.max(0, line.search(canary) - 60)).slice(0, 160);

function countsOf(stories: Story[], tasks: ReadonlyMap<string, TaskStory>): Record<string, number> {
  const count = (is: (story: Story) => boolean) => stories.filter(is).length;
  const sum = (of: (story: Story) => number) => stories.reduce((total, story) => total + of(story), 0);
  const ended = (outcome: string) => count(({ told }) => told?.data.outcome === outcome);
  return {
    accepted: stories.length,
    succeeded: ended('succeeded'),
    rejected: ended('rejected'),
    failed: ended('failed'),
    superseded: ended('superseded'),
    unknown: ended('unknown'),
    unknownActions: count(({ told, asked }) => told?.data.outcome === 'unknown' && 'operation' in asked.body),
    unknownUnsent: count(({ told, requests }) => told?.data.outcome === 'unknown' && requests.length === 0),
    undoneByOthers: count((story) => isUndone(story, tasks)),
    sentTwice: count(({ requests }) => requests.length > 1),
    requests: sum(({ requests }) => requests.length),
    repeatsAnswered: sum(({ messages }) => messages - 1),
    duplicatePublishes: sum(({ publishes, messages }) => Math.max(0, publishes - messages)),
  };
}

function isUndone(story: Story, tasks: ReadonlyMap<string, TaskStory>): boolean {
  const [last, task] = [story.applies.at(-1), tasks.get(story.asked.task)];
  if (!last || !task || !['rejected', 'failed', 'superseded'].includes(story.told?.data.outcome ?? '')) return false;
  return isUndoneByOthers(story, task, last);
}
