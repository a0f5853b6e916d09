import { comesBefore, type Entry, type Story, type TaskStory } from './findings.ts';
import { standsIn } from './truth.ts';

/** Behaviours of the provider whose answer proves that the request was not carried out. */
const PROOFS = new Set([
  'throttled',
  'throttled_retry_after',
  'throttled_absurd_retry_after',
  'refused_400',
  'busy_400',
  'refused_401',
  'skew_403',
  'gateway_503',
  'already',
  'illegal_action',
]);

/** A request without a reply may still take effect within its deadline of 10 seconds and 30 more to settle. */
const SETTLED = 40_000;

/** The repeats of a change's request that nothing allowed, in words. */
export function illegalResends(story: Story, task: TaskStory): string[] {
  return story.requests.slice(1).flatMap((again, index) => {
    const before = story.requests[index];
    const reason = before && illegal(story, task, before, again);
    return reason ? [`sent at ${before?.at} (${before?.behaviour}) and again at ${again.at}: ${reason}`] : [];
  });
}

function illegal(story: Story, task: TaskStory, before: Entry<'request'>, again: Entry<'request'>): string | undefined {
  if (PROOFS.has(before.behaviour)) return undefined;
  const reads = story.reads.filter(({ at, values }) => values && at >= before.at + SETTLED && at <= again.at);
  if (reads.length === 0) return 'not read after it had settled';
  const others = task.entries
    .filter((entry) => entry.kind === 'request')
    .filter(({ uid, at }) => uid !== story.asked.uid && at > before.at && at < again.at);
  // What was read before another change was sent still holds, if no order binds that one to this.
  const telling = reads.filter(({ at }) => at < (others[0]?.at ?? again.at));
  if (telling.length === 0 || others.some(({ uid }) => isOrdered(story, task, uid)))
    return 'another change was sent meanwhile';
  if (story.asked.converges) return undefined;
  const denied = telling.slice(-2).filter(({ values }) => !standsIn(values, story.asked.body));
  return denied.length === 2 ? undefined : 'two readings did not deny it';
}

/** Only where no order is promised may another change go out between the reading that nothing came of a request and its repeat. */
function isOrdered(story: Story, task: TaskStory, uid: string): boolean {
  const other = task.changes.find(({ asked }) => asked.uid === uid);
  return !other || comesBefore(story, other, task) || comesBefore(other, story, task);
}

/** Applied twice: where that repeats an effect, or where it brings an old value back over that of a change in order with it. */
export function repeatsEffect(story: Story, task: TaskStory): boolean {
  const { asked, applies } = story;
  const [first, last] = [applies[0], applies.at(-1)];
  if (!first || !last || first === last) return false;
  if (!asked.converges) return true;
  return task.entries.some(
    (entry) =>
      entry.kind === 'apply' &&
      entry.uid !== asked.uid &&
      entry.at > first.at &&
      entry.at < last.at &&
      isOrdered(story, task, entry.uid),
  );
}

/** Where a task got an older change after a newer one. */
export function orderBreaks(task: TaskStory, stories: ReadonlyMap<string, Story>): string[] {
  const done: Story[] = [];
  return task.entries.flatMap((entry) => {
    if (entry.kind !== 'apply') return [];
    const story = stories.get(entry.uid);
    if (!story) return [];
    const newer = done.find((other) => other !== story && comesBefore(story, other, task));
    if (!done.includes(story)) done.push(story);
    return newer ? [`${story.asked.uid} landed after ${newer.asked.uid} on ${entry.task} at ${entry.at}`] : [];
  });
}
