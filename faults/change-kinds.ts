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

/** How producers behave, as shares from 0 to 1. */
export interface Habits {
  /** The share of configurations whose values are taken from a few, so that a task may show them already. */
  alike: number;
  /** The share of updates of SMS tasks that only set a field that no read shows. */
  hidden: number;
}

/** An orchestrator configures each migration with addresses of its own, and seldom sets a field that can't be read. */
export const USUAL: Habits = { alike: 0.2, hidden: 0.03 };
/** The habits that are hardest for a read-back: values that the task had before, and values that no read shows. */
export const AWKWARD: Habits = { alike: 1, hidden: 0.08 };

type MakeDraft = (task: string, random: Random, habits: Habits) => Draft;

/** How a DCS task reconnects. One update in five to the default value leaves the value out. */
export const modeUpdate = (task: string, random: Random): Draft => {
  const resume_mode = random.pick(MODES);
  const written = resume_mode === 'auto' && random.chance(0.2) ? {} : { resume_mode };
  return {
    service: 'dcs',
    kind: 'valid',
    repeatable: true,
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
  return { service: 'sms', kind: 'valid', repeatable: false, event, body };
};

const toInvalid = (draft: Draft, event: Values): Draft => ({
  ...draft,
  kind: 'invalid',
  event: { ...draft.event, ...event },
});

/** A change that is valid only where inline passwords are allowed. */
export function inlineConfiguration(task: string, random: Random): Draft {
  const side = { addrs: '10.0.0.1:6379', password: 'canary-inline' };
  const draft = configuration(task, random);
  const body = { ...someConfiguration(random), source_instance: side };
  return { ...draft, mayBeRefused: true, event: { ...draft.event, data: dcsData(task, body) }, body };
}
const forbiddenSecret: MakeDraft = (task, random, habits) => {
  const side = { addrs: '10.0.0.1:6379', password_ref: 'relay/credentials' };
  return toInvalid(configure(task, random, habits), {
    data: dcsData(task, { ...someConfiguration(random), source_instance: side }),
  });
};
const unknownField: MakeDraft = (task, random) =>
  toInvalid(modeUpdate(task, random), { data: dcsData(task, { resume_mode: 'auto', colour: 'canary-value' }) });
const wrongValue: MakeDraft = (task, random) =>
  toInvalid(modeUpdate(task, random), { data: dcsData(task, { resume_mode: 'canary-value' }) });
const wrongSequence: MakeDraft = (task, random) => toInvalid(modeUpdate(task, random), { sequence: '-1' });
const unknownType: MakeDraft = (task, random) => toInvalid(modeUpdate(task, random), { type: 'migration.unheard-of' });

const VALID_DRAFTS: Record<'dcs' | 'sms', readonly MakeDraft[]> = {
  dcs: [modeUpdate, modeUpdate, configure],
  sms: [updateSms, updateSms, updateSms, updateSms, actOnSms],
};
const unknownSmsField: MakeDraft = (task) =>
  toInvalid(smsUpdate(task, {}), { data: { task_id: task, body: { colour: 'canary-value' } } });
const INVALID_DRAFTS: Record<'dcs' | 'sms', readonly MakeDraft[]> = {
  dcs: [inlineConfiguration, forbiddenSecret, unknownField, wrongValue, wrongSequence, unknownType],
  sms: [unknownSmsField],
};

/** A valid change for the task with this key. */
export const someValidDraft = (task: string, random: Random, habits: Habits): Draft =>
  pick(VALID_DRAFTS[serviceOf(task)], task, random, habits);

/** A change that must be rejected, or, with an inline password, that most deployments reject. */
export const someInvalidDraft = (task: string, random: Random, habits: Habits): Draft =>
  pick(INVALID_DRAFTS[serviceOf(task)], task, random, habits);

export const configuration = (task: string, random: Random) => configure(task, random, { alike: 1, hidden: 0 });

const pick = (makers: readonly MakeDraft[], task: string, random: Random, habits: Habits) =>
  random.pick(makers)(task.slice(task.indexOf('/') + 1), random, habits);
const serviceOf = (task: string) => (task.startsWith('sms/') ? 'sms' : 'dcs');
