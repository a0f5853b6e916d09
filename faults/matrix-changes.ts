import { type PlannedMessage, planMessage } from './change.ts';
import { configuration, modeUpdate, smsUpdate } from './change-kinds.ts';
import { createOnline, createSms } from './create-calls.ts';
import type { Draft } from './draft.ts';
import type { Case } from './matrix-cases.ts';
import { toChange } from './producers.ts';
import { deleteSmsTask, exchange, limitTo, restart } from './task-calls.ts';
import type { Cloud } from './world/cloud.ts';
import { nameKey, sourceKey } from './world/natural-keys.ts';
import { createRandom } from './world/random.ts';
import type { Values } from './world/task.ts';

/** The change of a kind, the newer one after it, and the world of its task before it and five seconds after it. */
interface Kind {
  task: string;
  first: Draft;
  newer: Draft;
  prepare(cloud: Cloud): void;
  meanwhile?(cloud: Cloud): void;
}

const ID = 'task-1';
const random = () => createRandom(2);
const mode = (resume_mode: string): Draft => {
  const draft = modeUpdate(ID, random());
  const { data } = draft.event as { data: object };
  return { ...draft, body: { resume_mode }, event: { ...draft.event, data: { ...data, body: { resume_mode } } } };
};
const [DCS, SMS, NAME, SOURCE] = [`dcs/${ID}`, `sms/${ID}`, nameKey('move-1'), sourceKey('source-1')];

const shows = (task: string, values: Values) => ({
  task,
  prepare: (cloud: Cloud) => void Object.assign(cloud.values(task), values),
});
const ofDcs = (values: Values) => ({ ...shows(DCS, values), newer: mode('auto') });
const ofSms = { ...shows(SMS, { state: 'READY' }), newer: smsUpdate(ID, { name: 'delta', speed_limit: 500 }) };
const habits = { alike: 0, hidden: 0 };

const online = (name: string) => createOnline(name, random(), habits);
const createsOutside = (cloud: Cloud, name: string) =>
  cloud.others.create({ key: nameKey(name), call: 'create_online', body: { name, description: 'by others' } });

/** A list of several pages, with tasks of the same name and of others. Somebody creates one more after the change. */
const CREATE_ONLINE: Kind = {
  task: NAME,
  first: online('move-1'),
  newer: online('move-1'),
  prepare(cloud) {
    cloud.made.setPageSize(2);
    for (const name of ['move-1', 'move-11', 'move-1']) createsOutside(cloud, name);
  },
  meanwhile: (cloud) => createsOutside(cloud, 'move-1'),
};

const first = createSms('source-1', random(), habits);
/** A list with a task that agrees with the change and is being deleted for a long time. */
const CREATE_SMS: Kind = {
  task: SOURCE,
  first,
  newer: createSms('source-1', createRandom(3), habits),
  prepare(cloud) {
    cloud.others.create({ key: SOURCE, call: 'create_sms', body: first.body });
    cloud.others.deleteMade(SOURCE, 3_600_000);
  },
};

const KINDS: Record<Case['kind'], Kind> = {
  update: { ...ofDcs({ status: 'RUNNING', resume_mode: 'auto' }), first: mode('manual') },
  configure: { ...ofDcs({ status: 'RUNNING', resume_mode: 'auto' }), first: configuration(ID, random()) },
  restart: { ...ofDcs({ status: 'TERMINATED', halted: true, course: 'INCRMIGEATING' }), first: restart(ID) },
  exchange: { ...ofDcs({ status: 'INCRMIGEATING' }), first: exchange(ID, random()) },
  limit: { ...ofSms, first: limitTo(ID, [{ start: '00:00', end: '08:00', speed: 20 }]) },
  delete: { ...ofSms, first: deleteSmsTask(ID) },
  create_online: CREATE_ONLINE,
  create_sms: CREATE_SMS,
};

/** What happens in the world of a case besides its changes. */
export const worldOf = ({ kind }: Case): Pick<Kind, 'prepare' | 'meanwhile'> => KINDS[kind];

/** The change under test. For a redrive, a newer change comes while the first one is a dead letter. */
export function sendingsOf({ kind, aftermath }: Case): PlannedMessage[] {
  const { task, first, newer } = KINDS[kind];
  const changes = [toChange(first, task, 'change-a', 'a', 1), toChange(newer, task, 'change-b', 'b', 2)] as const;
  return [planMessage(changes[0], 0), ...(aftermath === 'redrive' ? [planMessage(changes[1], 10_000)] : [])];
}
