import type { Change } from './change.ts';
import { LIMITS, MODES, NAMES, ownConfiguration, someConfiguration, type Values } from './world/cloud-tasks.ts';
import type { Random } from './world/random.ts';
import { SMS_ACTIONS } from './world/sms-states.ts';

/** What a producer writes as `type`, `dataschema` and `data`, and what the provider must get for it. */
export interface Draft {
  service: 'dcs' | 'sms';
  kind: Change['kind'];
  repeatable: boolean;
  mayBeRefused?: true;
  event: Values;
  body: Values;
}

export const PROJECT = '0123456789abcdef0123456789abcdef';
export const dcsData = (task_id: string, body: Values) => ({ project_id: PROJECT, task_id, body });

/** What a team of producers asks for, as parts from 0 to 1. */
export interface Habits {
  /** Of configurations: values from a few, so that a task may show already what is asked for. */
  alike: number;
  /** Of updates of SMS tasks: nothing but a field that no reading shows. */
  hidden: number;
}

/** An orchestrator configures each migration with addresses of its own, and seldom sets a field that can't be read. */
export const USUAL: Habits = { alike: 0.2, hidden: 0.03 };
/** What asks most of a reading: values that stood before, and values that no reading shows. */
export const AWKWARD: Habits = { alike: 1, hidden: 0.08 };

type Kind = (task: string, random: Random, habits: Habits) => Draft;

/** How a DCS task reconnects; one in five leaves out the value that is the default. */
export const modeUpdate = (task: string, random: Random): Draft => {
  const resume_mode = random.pick(MODES);
  const asIs = resume_mode === 'auto' && random.chance(0.2) ? {} : { resume_mode };
  return {
    service: 'dcs',
    kind: 'valid',
    repeatable: true,
    event: { type: 'migration.dcs.migration-task.update', data: dcsData(task, asIs) },
    body: { resume_mode },
  };
};

const configure: Kind = (task, random, { alike }) => {
  const change = random.chance(alike) ? someConfiguration(random) : ownConfiguration(random);
  const source = change.source_instance as Values;
  const reference = `redis/source-${random.between(1, 9)}`;
  return {
    service: 'dcs',
    kind: 'valid',
    repeatable: false,
    event: {
      type: 'migration.dcs.online-migration.configure',
      data: dcsData(task, { ...change, source_instance: { ...source, password_ref: reference } }),
    },
    body: { ...change, source_instance: { ...source, password: `canary-secret-${reference}` } },
  };
};

/** An update of an SMS task in a revision of its API, or in the default one. */
export const smsUpdate = (task_id: string, body: Values, revision?: string): Draft => ({
  service: 'sms',
  kind: 'valid',
  repeatable: true,
  event: {
    type: 'migration.sms.task.update',
    ...(revision && { dataschema: `https://example.com/schemas/${revision}` }),
    data: { task_id, body },
  },
  body,
});

/** An order that the other revision of the API, and a stricter schema, refuses. */
export const fastUpdate = (task: string): Draft => ({ ...smsUpdate(task, { speed_limit: 5000 }), mayBeRefused: true });

const updateSms: Kind = (task, random, { hidden }) => {
  if (random.chance(hidden)) return smsUpdate(task, { use_ipv6: random.chance(0.5) });
  if (random.chance(0.06)) return fastUpdate(task);
  if (random.chance(0.3)) return smsUpdate(task, { name: random.pick(NAMES), start_target_server: true }, '2024-09');
  return smsUpdate(task, { name: random.pick(NAMES), speed_limit: random.pick(LIMITS) });
};

const actOnSms: Kind = (task, random) => {
  const body = { operation: random.pick(SMS_ACTIONS) };
  const event = { type: 'migration.sms.task.act', data: { task_id: task, body } };
  return { service: 'sms', kind: 'valid', repeatable: false, event, body };
};

const refusal = (draft: Draft, event: Values): Draft => ({
  ...draft,
  kind: 'invalid',
  event: { ...draft.event, ...event },
});

/** An order where inline passwords are allowed, and refused elsewhere. */
export function inlineConfiguration(task: string, random: Random): Draft {
  const side = { addrs: '10.0.0.1:6379', password: 'canary-inline' };
  const draft = configuration(task, random);
  const body = { ...someConfiguration(random), source_instance: side };
  return { ...draft, mayBeRefused: true, event: { ...draft.event, data: dcsData(task, body) }, body };
}
const forbiddenSecret: Kind = (task, random, habits) => {
  const side = { addrs: '10.0.0.1:6379', password_ref: 'relay/credentials' };
  return refusal(configure(task, random, habits), {
    data: dcsData(task, { ...someConfiguration(random), source_instance: side }),
  });
};
const unknownField: Kind = (task, random) =>
  refusal(modeUpdate(task, random), { data: dcsData(task, { resume_mode: 'auto', colour: 'canary-value' }) });
const wrongValue: Kind = (task, random) =>
  refusal(modeUpdate(task, random), { data: dcsData(task, { resume_mode: 'canary-value' }) });
const wrongSequence: Kind = (task, random) => refusal(modeUpdate(task, random), { sequence: '-1' });
const unknownType: Kind = (task, random) => refusal(modeUpdate(task, random), { type: 'migration.wish' });

const ORDERS: Record<'dcs' | 'sms', readonly Kind[]> = {
  dcs: [modeUpdate, modeUpdate, configure],
  sms: [updateSms, updateSms, updateSms, updateSms, actOnSms],
};
const unknownSmsField: Kind = (task) =>
  refusal(smsUpdate(task, {}), { data: { task_id: task, body: { colour: 'canary-value' } } });
const REFUSALS: Record<'dcs' | 'sms', readonly Kind[]> = {
  dcs: [inlineConfiguration, forbiddenSecret, unknownField, wrongValue, wrongSequence, unknownType],
  sms: [unknownSmsField],
};

/** A change that can be carried out, for a task whose key is given. */
export const someValidDraft = (task: string, random: Random, habits: Habits): Draft =>
  pick(ORDERS[serviceOf(task)], task, random, habits);

/** A change that no relay may carry out. */
export const someInvalidDraft = (task: string, random: Random, habits: Habits): Draft =>
  pick(REFUSALS[serviceOf(task)], task, random, habits);

export const configuration = (task: string, random: Random) => configure(task, random, { alike: 1, hidden: 0 });

const pick = (kinds: readonly Kind[], task: string, random: Random, habits: Habits) =>
  random.pick(kinds)(task.slice(task.indexOf('/') + 1), random, habits);
const serviceOf = (task: string) => (task.startsWith('sms/') ? 'sms' : 'dcs');
