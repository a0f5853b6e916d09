import { modeUpdate, smsUpdate, USUAL } from '../change-kinds.ts';
import { createImport, createOnline, createSms } from '../create-calls.ts';
import { type Draft, PROJECT } from '../draft.ts';
import { deleteDcsTask, deleteSmsTask, deleteSource, exchange, restart, rollBack, stop } from '../task-calls.ts';
import type { Random } from '../world/random.ts';
import type { Values } from '../world/task.ts';
import { REFERENCES, secretName, secretValue } from './changes.ts';

type MakeDraft = (id: string, random: Random) => Draft;

/** A kind of change that gets a subject of its own, because it needs that in a certain state, or removes it. */
interface OwnKind {
  /** The beginning of the subject's key. */
  place: 'dcs' | 'dcs-name' | 'sms' | 'sms-source';
  /** How the subject is at the start, if it is not the name of what is to be created. */
  start: Values;
  change: MakeDraft;
  /** What is sometimes sent for the subject afterwards. */
  next: MakeDraft;
}

const startSmsTask: MakeDraft = (task_id) => {
  const body = { operation: 'start' };
  const event = { type: 'migration.sms.task.act', data: { task_id, body } };
  return { service: 'sms', kind: 'valid', repeatable: false, call: 'act', event, body };
};
const rename: MakeDraft = (task) => smsUpdate(task, { name: `of-${task}` });

const createTask: MakeDraft = (name, random) => createOnline(name, random, USUAL);
/** Into a target of its own, because the provider refuses one that another task has. */
const createSmsTask: MakeDraft = (source, random) => createSms(source, random, { ...USUAL, alike: 0 });

/** An import into an instance whose password is a secret of the stack. */
const importBackup: MakeDraft = (task_name, random) => {
  const [draft, reference] = [createImport(task_name, random, USUAL), random.pick(REFERENCES)];
  const bodyWith = (secret: Values) => ({ ...draft.body, target_instance: { id: 'instance-1', ...secret } });
  const data = { project_id: PROJECT, body: bodyWith({ password_ref: secretName(reference) }) };
  return { ...draft, event: { ...draft.event, data }, body: bodyWith({ password: secretValue(reference) }) };
};

/** A task in this state stays in it until somebody acts. */
const INCREMENTAL = { status: 'INCRMIGEATING', migration_method: 'incremental_migration' };
const STOPPED = { ...INCREMENTAL, status: 'TERMINATED' };
const EXCHANGED = { ...INCREMENTAL, task_status: 'EXCHANGE_SUCCESS' };

/** A list in which each kind has the same share, so that each occurs in a short run. */
export const OWN_KINDS: readonly OwnKind[] = [
  { place: 'dcs', start: INCREMENTAL, change: stop, next: restart },
  { place: 'dcs', start: STOPPED, change: restart, next: stop },
  { place: 'dcs', start: INCREMENTAL, change: exchange, next: rollBack },
  { place: 'dcs', start: EXCHANGED, change: rollBack, next: exchange },
  { place: 'dcs', start: STOPPED, change: deleteDcsTask, next: modeUpdate },
  { place: 'sms', start: { state: 'ABORT' }, change: startSmsTask, next: deleteSmsTask },
  { place: 'sms', start: {}, change: deleteSmsTask, next: rename },
  { place: 'sms-source', start: {}, change: deleteSource, next: createSmsTask },
  { place: 'dcs-name', start: {}, change: createTask, next: importBackup },
  { place: 'dcs-name', start: {}, change: importBackup, next: createTask },
  { place: 'sms-source', start: {}, change: createSmsTask, next: deleteSource },
];
