import { configuration, inlineConfiguration, modeUpdate, smsUpdate } from './change-kinds.ts';
import { createImport, createOnline, createSms } from './create-calls.ts';
import { dcsData, type MakeDraft, PROJECT, someDraft, type Target, toInvalid } from './draft.ts';
import { deleteDcsTask, deleteSmsTask, deleteSource, listing, restart, stop } from './task-calls.ts';
import { someConfiguration } from './world/configurations.ts';
import type { Values } from './world/task.ts';

const forbiddenSecret: MakeDraft = (task, random) => {
  const side = { addrs: '10.0.0.1:6379', password_ref: 'relay/credentials' };
  return toInvalid(configuration(task, random), {
    data: dcsData(task, { ...someConfiguration(random), source_instance: side }),
  });
};
const unknownField: MakeDraft = (task, random) =>
  toInvalid(modeUpdate(task, random), { data: dcsData(task, { resume_mode: 'auto', colour: 'canary-value' }) });
const wrongValue: MakeDraft = (task, random) =>
  toInvalid(modeUpdate(task, random), { data: dcsData(task, { resume_mode: 'canary-value' }) });
const wrongSequence: MakeDraft = (task, random) => toInvalid(modeUpdate(task, random), { sequence: '-1' });
const unknownType: MakeDraft = (task, random) => toInvalid(modeUpdate(task, random), { type: 'migration.unheard-of' });

const unknownSmsField: MakeDraft = (task) =>
  toInvalid(smsUpdate(task, {}), { data: { task_id: task, body: { colour: 'canary-value' } } });
/** A change about more than one task has no single subject. */
const twoToRestart: MakeDraft = (task) =>
  toInvalid(restart(task), { data: listing('migration_tasks', task, 'another') });
const twoToDelete: MakeDraft = (task) =>
  toInvalid(deleteDcsTask(task), { data: listing('task_id_list', task, 'another') });
const pathToDelete: MakeDraft = (task) =>
  toInvalid(deleteDcsTask(task), { data: listing('task_id_list', `../${task}`) });
const stopWithBody: MakeDraft = (task) => toInvalid(stop(task), { data: dcsData(task, {}) });
const deleteWithBody: MakeDraft = (task_id) => toInvalid(deleteSmsTask(task_id), { data: { task_id, body: {} } });
const pathOfSource: MakeDraft = (source) =>
  toInvalid(deleteSource(source), { data: { source_id: `${source}/../tasks` } });

/** A task can't be created with an id, and its name is text. */
const withId: MakeDraft = (name, random, habits) => {
  const draft = createOnline(name, random, habits);
  return toInvalid(draft, { data: { ...(draft.event.data as Values), task_id: 'canary-value' } });
};
const inlineImport: MakeDraft = (name, random, habits) => {
  const draft = createImport(name, random, habits);
  const body = { ...draft.body, target_instance: { id: 'i', password: 'canary-inline', password_ref: 'redis/both' } };
  return toInvalid(draft, { data: { project_id: PROJECT, body } });
};
const withoutTarget: MakeDraft = (source, random, habits) => {
  const draft = createSms(source, random, habits);
  return toInvalid(draft, { data: { body: { ...draft.body, target_server: {} } } });
};

const INVALID_DRAFTS: Record<Target, readonly MakeDraft[]> = {
  dcs: [
    inlineConfiguration,
    forbiddenSecret,
    unknownField,
    wrongValue,
    wrongSequence,
    unknownType,
    twoToRestart,
    twoToDelete,
    pathToDelete,
    stopWithBody,
  ],
  sms: [unknownSmsField, deleteWithBody],
  source: [pathOfSource, withoutTarget],
  name: [withId, inlineImport],
};

/** A change that must be rejected, or, with an inline password, that most deployments reject. */
export const someInvalidDraft = someDraft(INVALID_DRAFTS);
