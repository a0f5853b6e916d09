import { type PlannedMessage, planMessage } from './change.ts';
import { configuration, type Draft, fastUpdate, inlineConfiguration } from './change-kinds.ts';
import { check } from './checker.ts';
import type { Findings } from './findings.ts';
import { toChange, updateAt } from './producers.ts';
import { CALM, type Script, type Settings, simulate } from './simulation.ts';
import { NEWER, STRICTER } from './world/deployed.ts';
import { type Faults, firstTimes, noFaults } from './world/faults.ts';
import { createRandom, type Random } from './world/random.ts';

const MINUTE = 60_000;

/** What a deployment in the middle of changes in doubt broke, by what it changed. */
export async function deployInDoubt(seed: number): Promise<Record<string, Findings>> {
  return {
    'another view of tasks': await inDoubt(seed, standing, {}, NEWER),
    'a stricter schema': await inDoubt(seed, speeds, {}, STRICTER),
    'another revision': await inDoubt(seed, speeds, {}, { revision: '2024-09' }),
    'no inline passwords': await inDoubt(seed, inline, { allowInlineSecrets: true }, { allowInlineSecrets: false }),
    'a longer age': await lying(seed),
  };
}

type Make = (task: string, random: Random) => Draft;
const speeds: Make = (task) => fastUpdate(task);
const inline: Make = (task, random) => inlineConfiguration(task, random);
/** Values that the tasks show already: a reading that finds them proves nothing. */
const standing: Make = (task, random) => configuration(task, random);

const COUNT = 60;

/** Changes whose first request gets no reply, with a deployment before they are read. */
async function inDoubt(seed: number, make: Make, before: Deploy, after: Deploy): Promise<Findings> {
  const random = createRandom(seed);
  const planned = Array.from({ length: COUNT }, (_, count): PlannedMessage => {
    const draft = make(`task-${count}`, random);
    const change = toChange(draft, `${draft.service}/task-${count}`, `change-${count}`, `u${count}`);
    return planMessage(change, 3 * MINUTE + count * 1000);
  });
  const stand = ({ cloud }: Parameters<NonNullable<Script['prepare']>>[0]) => {
    for (const { change } of make === standing ? planned : [])
      Object.assign(cloud.values(change.task), change.body, { status: 'INCRMIGRATING' });
  };
  const deployments = [
    { at: 0, settings: before },
    { at: 4 * MINUTE, settings: after },
  ];
  return carry(planned, { script: { prepare: stand }, deployments }, random);
}
type Deploy = NonNullable<Settings['deployments']>[number]['settings'];

/** The sequences of two changes of a task. */
const [FIRST, SECOND] = [5, 6];

/** Changes whose messages lie dead until a newer one has passed them by their age, which a deployment then raises. */
function lying(seed: number): Promise<Findings> {
  const random = createRandom(seed);
  const planned = Array.from({ length: COUNT }, (_, count) => [
    updateAt(count * 100, `task-${count}`, FIRST, random),
    updateAt(count * 100 + 6 * MINUTE, `task-${count}`, SECOND, random),
  ]).flat();
  const isNew = firstTimes();
  const script = { isDoomed: (uid: string) => uid.endsWith(`/${FIRST}`) && isNew(uid) };
  const deployments = [{ at: 8 * MINUTE, settings: { maxAge: 96 * 60 * MINUTE } }];
  return carry(planned, { script, deployments, maxAge: 2 * MINUTE }, random);
}

async function carry(planned: PlannedMessage[], settings: Partial<Settings>, random: Random): Promise<Findings> {
  const isFirst = firstTimes();
  const faults: Faults = {
    ...noFaults,
    call: (uid) => (!uid.endsWith(`/${SECOND}`) && isFirst(uid) ? random.pick(['reset_before', 'reset_after']) : 'ok'),
  };
  return check(await simulate(planned, { ...CALM, ...settings }, faults, random)).findings;
}
