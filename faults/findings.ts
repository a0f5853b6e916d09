import { isAlone, type ValidChange } from './asked.ts';
import type { Evidence } from './evidence.ts';
import type { LogEntry } from './world/cloud.ts';

/** What breaks a promise, by promise; each entry says which change and how. */
export const VIOLATIONS = [
  'lost',
  'contradictory',
  'false',
  'appliedTwice',
  'illegalResend',
  'orderBreaks',
  'stuck',
  'leaks',
  'wrongRequests',
  'deadLettered',
  'dangling',
] as const;
export type Violation = (typeof VIOLATIONS)[number];
export type Findings = Record<Violation, string[]>;

export const noFindings = (): Findings =>
  Object.fromEntries(VIOLATIONS.map((violation) => [violation, [] as string[]])) as Findings;

/** Each finding of a run as a sentence that names the run. */
export const sentencesOf = (run: string, findings: Findings): string[] =>
  Object.entries(findings).flatMap(([kind, list]) => list.map((what) => `${run}, ${kind}: ${what}`));

/** The result as the checker reads it. */
export interface Told {
  id: string;
  data: {
    change: { id?: string; sequence?: string };
    outcome: string;
    confirmed_by?: string;
    unverified_fields?: string[];
    ignored_fields?: string[];
    error?: { code: string; origin: string };
  };
}

export type Entry<Kind extends LogEntry['kind']> = Extract<LogEntry, { kind: Kind }>;

/** One change with all that the evidence says of it, in the order in which it happened. */
export interface Story extends ValidChange {
  requests: Entry<'request'>[];
  applies: Entry<'apply'>[];
  reads: Entry<'read'>[];
  /** The first published result, and when. */
  told: Told | undefined;
  toldAt: number;
  details: Set<string>;
  publishes: number;
}

/** One task: what the provider wrote down about it, and the changes that it concerns. */
export interface TaskStory {
  entries: LogEntry[];
  changes: Story[];
}

/** Sorts the evidence by change and by task. */
export function storiesOf({ accepted, log, published }: Evidence) {
  const stories = new Map<string, Story>();
  const tasks = new Map<string, TaskStory>();
  const taskAt = (task: string) => {
    const story = tasks.get(task) ?? { entries: [], changes: [] };
    tasks.set(task, story);
    return story;
  };
  for (const [uid, known] of accepted) {
    const story: Story = {
      ...known,
      requests: [],
      applies: [],
      reads: [],
      told: undefined,
      toldAt: Number.POSITIVE_INFINITY,
      details: new Set(),
      publishes: 0,
    };
    stories.set(uid, story);
    taskAt(known.asked.task).changes.push(story);
  }
  for (const entry of log) {
    taskAt(entry.task).entries.push(entry);
    if (entry.kind !== 'outsider') note(stories.get(entry.uid), entry);
  }
  for (const { uid, at, detail } of published) {
    const story = stories.get(uid);
    if (!story) continue;
    story.publishes++;
    story.details.add(detail);
    story.told ??= JSON.parse(detail) as Told;
    story.toldAt = Math.min(story.toldAt, at);
  }
  return { stories, tasks };
}

function note(story: Story | undefined, entry: Exclude<LogEntry, { kind: 'outsider' }>): void {
  if (entry.kind === 'request') story?.requests.push(entry);
  if (entry.kind === 'apply') story?.applies.push(entry);
  if (entry.kind === 'read') story?.reads.push(entry);
}

/** True if `one` comes before `other`: by `sequence` where both have it, by the order of their group where one hasn't. */
export function isOlder(one: Story, other: Story): boolean {
  const [a, b] = [one.asked.sequence, other.asked.sequence];
  if (a !== undefined && b !== undefined) return a < b;
  if (one.group !== other.group) return false;
  return one.arrival !== undefined && other.arrival !== undefined && one.arrival < other.arrival;
}

/**
 * True if `one` must not land after `other`. A task whose producers name it by several groups has no order by arrival: that is
 * what they must not do.
 */
export function comesBefore(one: Story, other: Story, { changes }: TaskStory): boolean {
  const hasSequences = one.asked.sequence !== undefined && other.asked.sequence !== undefined;
  return isOlder(one, other) && (hasSequences || groupsOf(changes).size <= 1);
}

const groupsOf = (changes: Story[]) =>
  new Set(changes.flatMap(({ group }) => (group === undefined || isAlone(group) ? [] : [group])));
