import { type PlannedMessage, planMessage } from './change.ts';
import { configuration, modeUpdate, smsUpdate } from './change-kinds.ts';
import type { Draft } from './draft.ts';
import type { Case } from './matrix-cases.ts';
import { toChange } from './producers.ts';
import { deleteSmsTask, exchange, limitTo, restart } from './task-calls.ts';
import { createRandom } from './world/random.ts';
import type { Values } from './world/task.ts';

/** The change of a kind, and the values of its task before it. */
interface Kind {
  task: string;
  before: Values;
  first: Draft;
}

const ID = 'task-1';
const random = () => createRandom(2);
const mode = (resume_mode: string): Draft => {
  const draft = modeUpdate(ID, random());
  const { data } = draft.event as { data: object };
  return { ...draft, body: { resume_mode }, event: { ...draft.event, data: { ...data, body: { resume_mode } } } };
};
const [DCS, SMS] = [`dcs/${ID}`, `sms/${ID}`];

const KINDS: Record<Case['kind'], Kind> = {
  update: { task: DCS, before: { status: 'RUNNING', resume_mode: 'auto' }, first: mode('manual') },
  configure: { task: DCS, before: { status: 'RUNNING', resume_mode: 'auto' }, first: configuration(ID, random()) },
  restart: { task: DCS, before: { status: 'TERMINATED', halted: true, course: 'INCRMIGEATING' }, first: restart(ID) },
  exchange: { task: DCS, before: { status: 'INCRMIGEATING' }, first: exchange(ID, random()) },
  limit: { task: SMS, before: { state: 'READY' }, first: limitTo(ID, [{ start: '00:00', end: '08:00', speed: 20 }]) },
  delete: { task: SMS, before: { state: 'READY' }, first: deleteSmsTask(ID) },
};

/** The task of a case, and its values before the first change. */
export const subjectBefore = ({ kind }: Case) => KINDS[kind];

/** The change under test. For a redrive, a newer change comes while the first one is a dead letter. */
export function sendingsOf({ kind, aftermath }: Case): PlannedMessage[] {
  const { task, first } = KINDS[kind];
  const second = task === DCS ? mode('auto') : smsUpdate(ID, { name: 'delta', speed_limit: 500 });
  const changes = [toChange(first, task, 'change-a', 'a', 1), toChange(second, task, 'change-b', 'b', 2)] as const;
  return [planMessage(changes[0], 0), ...(aftermath === 'redrive' ? [planMessage(changes[1], 10_000)] : [])];
}
