import { type Entry, isOlder, type Story, type TaskStory } from './findings.ts';
import type { Values } from './world/cloud-tasks.ts';

/** True if the values of a task are those of a body, without the fields that a result itself calls unverified. */
export function standsIn(values: Values | undefined, body: Values, unverified: string[] = []): boolean {
  return Object.entries(body).every(
    ([name, value]) =>
      unverified.includes(`data.body.${name}`) || JSON.stringify(values?.[name]) === JSON.stringify(value),
  );
}

/** Why a result is not true, or undefined if it is. */
export function untruth(story: Story, task: TaskStory, stories: ReadonlyMap<string, Story>): string | undefined {
  const { told, asked } = story;
  if (!told) return undefined;
  const { outcome } = told.data;
  if (told.data.change.id !== undefined && told.data.change.id !== asked.id) return 'the result names another change';
  if (asked.kind !== 'valid') return notRefused(story, task);
  if (outcome === 'unknown') return undefined;
  return outcome === 'succeeded'
    ? notBroughtAbout(story)
    : (broughtAbout(story, task) ?? unfounded(story, task, stories));
}

/** What nobody may carry out is rejected, unless it was too late anyway. */
function notRefused(story: Story, task: TaskStory): string | undefined {
  const outcome = story.told?.data.outcome;
  if (story.requests.length > 0) return 'sent although it must be refused';
  return outcome === 'rejected' || (outcome === 'superseded' && hasNewer(story, task))
    ? undefined
    : `${outcome}, not rejected`;
}

const hasNewer = (story: Story, task: TaskStory) =>
  task.changes.some((other) => other !== story && other.at <= story.toldAt && isOlder(story, other));

/** `succeeded`: applied by this change, or, where setting values is all there is to it, seen to stand as asked. */
function notBroughtAbout({ told, toldAt, applies, reads, asked }: Story): string | undefined {
  if (applies.some(({ at }) => at <= toldAt)) return undefined;
  if (!asked.converges) return 'succeeded, but never applied';
  if (told?.data.confirmed_by !== 'read-back') return 'succeeded by a reply, but never applied';
  const unverified = told.data.unverified_fields ?? [];
  const seen = reads.some(({ at, values }) => at <= toldAt && standsIn(values, asked.body, unverified));
  return seen ? undefined : 'succeeded by a reading, but it neither was applied nor stood as asked';
}

/** `rejected`, `failed`, `superseded`: never applied by this change, not even after the result. */
function broughtAbout(story: Story, task: TaskStory): string | undefined {
  const last = story.applies.at(-1);
  if (!last || isUndoneByOthers(story, task, last)) return undefined;
  return `${story.told?.data.outcome}, but applied`;
}

/** Where others overwrote a change that converges before it was read, no reading can tell that it once stood. */
export function isUndoneByOthers({ asked, reads, toldAt }: Story, task: TaskStory, apply: Entry<'apply'>): boolean {
  if (!asked.converges || apply.at > toldAt) return false;
  const undone = task.entries.some((entry) => entry.kind === 'outsider' && entry.at >= apply.at && entry.at <= toldAt);
  const after = reads.filter(({ at, values }) => values && at >= apply.at && at <= toldAt);
  return undone && after.length > 1 && after.slice(-2).every(({ values }) => !standsIn(values, asked.body));
}

/** Why a deployment may refuse what another carries out. */
const CONTESTED = new Set(['change_invalid', 'inline_secret_refused']);

/** The reason that a result gives must be there. */
function unfounded(story: Story, task: TaskStory, stories: ReadonlyMap<string, Story>): string | undefined {
  const { outcome, error } = story.told?.data ?? {};
  if (outcome === 'superseded') return hasNewer(story, task) ? undefined : 'superseded by nothing newer';
  if (outcome !== 'rejected' || error?.origin !== 'relay') return undefined;
  return isConflict(story, error.code, stories) || isContested(story, error.code)
    ? undefined
    : 'rejected by the relay although nothing is wrong';
}

const isContested = ({ asked }: Story, code: string) => asked.contested === true && CONTESTED.has(code);

const isConflict = ({ asked }: Story, code: string, stories: ReadonlyMap<string, Story>) =>
  code === 'idempotency_conflict' && asked.rival !== undefined && stories.has(asked.rival);
