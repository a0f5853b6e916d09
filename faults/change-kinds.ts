import { createImport, createOnline, createSms } from './create-calls.ts';
import { type Draft, dcsData, type Habits, type MakeDraft, someDraft, type Target } from './draft.ts';
import {
  deleteDcsTask,
  deleteSmsTask,
  deleteSource,
  exchange,
  limit,
  restart,
  rollBack,
  setOptions,
  stop,
} from './task-calls.ts';
import { LIMITS, MODES, NAMES } from './world/cloud-tasks.ts';
import { ownConfiguration, someConfiguration } from './world/configurations.ts';
import type { Random } from './world/random.ts';
import { SMS_ACTIONS } from './world/sms-states.ts';
import type { Values } from './world/task.ts';

/** An orchestrator configures each migration with addresses of its own, and seldom sets a field that can't be read. */
export const USUAL: Habits = { alike: 0.2, hidden: 0.03 };
/** The habits that are hardest for a read-back: values that the task had before, and values that no read shows. */
export const AWKWARD: Habits = { alike: 1, hidden: 0.08 };

/** How a DCS task reconnects. One update in five to the default value leaves the value out. */
export const modeUpdate = (task: string, random: Random): Draft => {
  const resume_mode = random.pick(MODES);
  const written = resume_mode === 'auto' && random.chance(0.2) ? {} : { resume_mode };
  return {
    service: 'dcs',
    kind: 'valid',
    repeatable: true,
    call: 'update',
    event: { type: 'migration.dcs.migration-task.update', data: dcsData(task, written) },
    body: { resume_mode },
  };
};

const configure: MakeDraft = (task, random, { alike }) => {
  const body = random.chance(alike) ? someConfiguration(random) : ownConfiguration(random);
  const source = body.source_instance as Values;
  const reference = `redis/source-${random.between(1, 9)}`;
  return {
    service: 'dcs',
    kind: 'valid',
    repeatable: false,
    call: 'configure',
    event: {
      type: 'migration.dcs.online-migration.configure',
      data: dcsData(task, { ...body, source_instance: { ...source, password_ref: reference } }),
    },
    body: { ...body, source_instance: { ...source, password: `canary-secret-${reference}` } },
  };
};

/** An update of an SMS task in a revision of its API, or in the default one. */
export const smsUpdate = (task_id: string, body: Values, revision?: string): Draft => ({
  service: 'sms',
  kind: 'valid',
  repeatable: true,
  call: 'update',
  event: {
    type: 'migration.sms.task.update',
    ...(revision && { dataschema: `https://example.com/schemas/${revision}` }),
    data: { task_id, body },
  },
  body,
});

/** A change that the other revision of the API and a stricter schema refuse. */
export const fastUpdate = (task: string): Draft => ({ ...smsUpdate(task, { speed_limit: 5000 }), mayBeRefused: true });

const updateSms: MakeDraft = (task, random, { hidden }) => {
  if (random.chance(hidden)) return smsUpdate(task, { use_ipv6: random.chance(0.5) });
  if (random.chance(0.06)) return fastUpdate(task);
  if (random.chance(0.3)) return smsUpdate(task, { name: random.pick(NAMES), start_target_server: true }, '2024-09');
  return smsUpdate(task, { name: random.pick(NAMES), speed_limit: random.pick(LIMITS) });
};

const actOnSms: MakeDraft = (task, random) => {
  const body = { operation: random.pick(SMS_ACTIONS) };
  const event = { type: 'migration.sms.task.act', data: { task_id: task, body } };
  return { service: 'sms', kind: 'valid', repeatable: false, call: 'act', event, body };
};

/** A change that is valid only where inline passwords are allowed. */
export function inlineConfiguration(task: string, random: Random): Draft {
  const side = { addrs: '10.0.0.1:6379', password: 'canary-inline' };
  const draft = configuration(task, random);
  const body = { ...someConfiguration(random), source_instance: side };
  return { ...draft, mayBeRefused: true, event: { ...draft.event, data: dcsData(task, body) }, body };
}

/** In hundredths. Only one change of a task in a hundred deletes it, because the changes after it are refused. */
const SHARES: Record<Target, readonly (readonly [share: number, make: MakeDraft])[]> = {
  dcs: [
    [54, modeUpdate],
    [31, configure],
    [4, stop],
    [4, restart],
    [4, exchange],
    [2, rollBack],
    [1, deleteDcsTask],
  ],
  sms: [
    [67, updateSms],
    [18, actOnSms],
    [7, limit],
    [7, setOptions],
    [1, deleteSmsTask],
  ],
  source: [
    [40, deleteSource],
    [60, createSms],
  ],
  name: [
    [50, createOnline],
    [50, createImport],
  ],
};
const validDrafts = (target: Target): MakeDraft[] =>
  SHARES[target].flatMap(([share, make]) => Array<MakeDraft>(share).fill(make));
const VALID_DRAFTS = {
  dcs: validDrafts('dcs'),
  sms: validDrafts('sms'),
  source: validDrafts('source'),
  name: validDrafts('name'),
};

/** A valid change for the subject with this key. */
export const someValidDraft = someDraft(VALID_DRAFTS);

export const configuration = (task: string, random: Random) => configure(task, random, { alike: 1, hidden: 0 });
