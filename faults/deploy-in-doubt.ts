import { type PlannedMessage, planMessage } from './change.ts';
import { configuration, fastUpdate, inlineConfiguration, USUAL } from './change-kinds.ts';
import { check } from './checker.ts';
import { createOnline } from './create-calls.ts';
import type { Draft } from './draft.ts';
import type { Findings } from './findings.ts';
import { toChange, updateAt } from './producers.ts';
import { CALM, type Settings, simulate } from './simulation.ts';
import { isCreation } from './world/calls.ts';
import { NEWER, STRICTER, type WorkerSettings } from './world/deployments.ts';
import { type Faults, firstTimes, noFaults } from './world/faults.ts';
import { nameKey } from './world/natural-keys.ts';
import { createRandom, type Random } from './world/random.ts';
import type { World } from './world/world.ts';

const MINUTE = 60_000;

/** The findings of runs with a deployment in the middle of changes in doubt, by what the deployment changes. */
export async function deployInDoubt(seed: number): Promise<Record<string, Findings>> {
  const [allowed, refused] = [{ allowInlineSecrets: true }, { allowInlineSecrets: false }];
  return {
    'a newer read-back': await runInDoubt(seed, configuration, {}, NEWER, true),
    'a newer reading of lists': await runInDoubt(seed, creation, {}, NEWER),
    'a stricter schema': await runInDoubt(seed, fastUpdate, {}, STRICTER),
    'another revision': await runInDoubt(seed, fastUpdate, {}, { revision: '2024-09' }),
    'no inline passwords': await runInDoubt(seed, inlineConfiguration, allowed, refused),
    'a longer age': await runWithDeadLetters(seed),
  };
}

const creation = (name: string, random: Random) => createOnline(name, random, USUAL);

const COUNT = 60;

/**
 * Changes whose first request gets no reply, with a deployment before the read-back. If `isShownBefore`, the tasks show the
 * values before the request, so that a read which finds them proves nothing.
 */
async function runInDoubt(
  seed: number,
  make: (task: string, random: Random) => Draft,
  before: Partial<WorkerSettings>,
  after: Partial<WorkerSettings>,
  isShownBefore = false,
): Promise<Findings> {
  const random = createRandom(seed);
  const planned = Array.from({ length: COUNT }, (_, count): PlannedMessage => {
    const id = `task-${count}`;
    const draft = make(id, random);
    const key = isCreation(draft.call) ? nameKey(id) : `${draft.service}/${id}`;
    const change = toChange(draft, key, `change-${count}`, `u${count}`);
    return planMessage(change, 3 * MINUTE + count * 1000);
  });
  const prepare = ({ cloud }: World) => {
    for (const { change } of isShownBefore ? planned : [])
      Object.assign(cloud.values(change.task), change.body, { status: 'INCRMIGRATING' });
  };
  const deployments = [
    { at: 0, settings: before },
    { at: 4 * MINUTE, settings: after },
  ];
  return findingsOf(planned, { script: { prepare }, deployments }, random);
}

/** The sequences of two changes of a task. */
const [FIRST, SECOND] = [5, 6];

/**
 * Changes that are dead letters while a newer change of their task is handled. By then they have passed their total age, which
 * a deployment raises before they are redriven.
 */
function runWithDeadLetters(seed: number): Promise<Findings> {
  const random = createRandom(seed);
  const planned = Array.from({ length: COUNT }, (_, count) => [
    updateAt(count * 100, `task-${count}`, FIRST, random),
    updateAt(count * 100 + 6 * MINUTE, `task-${count}`, SECOND, random),
  ]).flat();
  const isNew = firstTimes();
  const script = { isDeadLetter: (uid: string) => uid.endsWith(`/${FIRST}`) && isNew(uid) };
  const deployments = [{ at: 8 * MINUTE, settings: { maxAge: 96 * 60 * MINUTE } }];
  return findingsOf(planned, { script, deployments, maxAge: 2 * MINUTE }, random);
}

async function findingsOf(planned: PlannedMessage[], settings: Partial<Settings>, random: Random): Promise<Findings> {
  const isFirst = firstTimes();
  const faults: Faults = {
    ...noFaults,
    call: (uid) => (!uid.endsWith(`/${SECOND}`) && isFirst(uid) ? random.pick(['reset_before', 'reset_after']) : 'ok'),
  };
  return check(await simulate(planned, { ...CALM, ...settings }, faults, random)).findings;
}
