import type { Change } from './change.ts';
import type { Call } from './world/calls.ts';
import { idIn, isName, isSource } from './world/natural-keys.ts';
import type { Random } from './world/random.ts';
import type { Values } from './world/task.ts';

/** What a producer writes as `type`, `dataschema` and `data`, and what the provider must get for it. */
export interface Draft {
  service: 'dcs' | 'sms';
  kind: Change['kind'];
  repeatable: boolean;
  mayBeRefused?: true;
  call?: Call;
  bodiless?: true;
  event: Values;
  body: Values;
}

/** How producers behave, as shares from 0 to 1. */
export interface Habits {
  /** The share of configurations whose values are taken from a few, so that a task may show them already. */
  alike: number;
  /** The share of updates of SMS tasks that only set a field that no read shows. */
  hidden: number;
}

export type MakeDraft = (task: string, random: Random, habits: Habits) => Draft;

export const PROJECT = '0123456789abcdef0123456789abcdef';
export const OTHER_PROJECT = 'fedcba9876543210fedcba9876543210';
export const dcsData = (task_id: string, body: Values) => ({ project_id: PROJECT, task_id, body });

/** The same change of a task in another project. */
export const inProject = (draft: Draft, project_id: string): Draft => ({
  ...draft,
  event: { ...draft.event, data: { ...(draft.event.data as Values), project_id } },
});

/** The same change, but with something that every deployment refuses. */
export const toInvalid = (draft: Draft, event: Values): Draft => ({
  ...draft,
  kind: 'invalid',
  event: { ...draft.event, ...event },
});

/** What changes are about. */
export type Target = 'dcs' | 'sms' | 'source' | 'name';

function targetOf(key: string): Target {
  if (isSource(key)) return 'source';
  if (isName(key)) return 'name';
  return key.startsWith('sms/') ? 'sms' : 'dcs';
}

/** Makes a change for the subject with this key. */
export const someDraft =
  (makers: Record<Target, readonly MakeDraft[]>): MakeDraft =>
  (key, random, habits) =>
    random.pick(makers[targetOf(key)])(idIn(key), random, habits);
