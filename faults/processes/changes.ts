import { modeUpdate, smsUpdate } from '../change-kinds.ts';
import { type Draft as BaseDraft, dcsData } from '../draft.ts';
import { limitTo, restart, setOptionsTo, stop } from '../task-calls.ts';
import type { Random } from '../world/random.ts';
import type { Values } from '../world/task.ts';

/** A draft whose event may be a text that no relay can read. */
export interface Draft extends Omit<BaseDraft, 'event'> {
  event: Values | string;
  /** True if no other change of the run has this body. The body of a request in the provider's log then identifies the change. */
  hasUniqueBody: boolean;
}

/** The task of a change, and the number from which its own values are made. */
export interface Target {
  service: 'dcs' | 'sms';
  taskId: string;
  number: number;
}
type MakeDraft = (target: Target, random: Random) => Draft;

/** The secrets that changes may name. */
export const REFERENCES = ['source', 'target'] as const;
export const secretName = (reference: string) => `migration-relay/local/redis/${reference}`;
export const secretValue = (reference: string) => `canary-redis-${reference}`;

const update: MakeDraft = ({ taskId }, random) => ({ ...modeUpdate(taskId, random), hasUniqueBody: false });
/** The state of the task decides whether these are carried out. */
const halt: MakeDraft = ({ taskId }) => ({ ...stop(taskId), hasUniqueBody: false });
const runAgain: MakeDraft = ({ taskId }) => ({ ...restart(taskId), hasUniqueBody: false });

function configure({ taskId, number }: Target, random: Random): Draft {
  const addrs = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}:6379`;
  const reference = random.pick(REFERENCES);
  const inline = `canary-inline-${number}`;
  const [written, password] = random.chance(0.3)
    ? [{ password: inline }, inline]
    : [{ password_ref: secretName(reference) }, secretValue(reference)];
  const first = {
    migration_method: random.pick(['full_amount_migration', 'incremental_migration']),
    resume_mode: random.pick(['auto', 'manual']),
    ...(random.chance(0.3) && { bandwidth_limit_mb: String(random.between(1, 10_240)) }),
  };
  const last = { target_instance: { id: `instance-${random.between(1, 3)}` } };
  const data = dcsData(taskId, { ...first, source_instance: { addrs, ...written }, ...last });
  return {
    service: 'dcs',
    kind: 'valid',
    repeatable: false,
    call: 'configure',
    hasUniqueBody: true,
    event: { type: 'migration.dcs.online-migration.configure', data },
    body: { ...first, source_instance: { addrs, password }, ...last },
  };
}

function updateSms({ taskId, number }: Target, random: Random): Draft {
  const old = random.chance(0.3);
  const hidden = random.chance(0.05);
  const candidates = { name: `c-${number}`, speed_limit: random.pick([0, 100, 500, 1000]) };
  // No read shows use_ipv6, so only a reply can confirm it.
  const body = hidden ? { use_ipv6: random.chance(0.5) } : { ...candidates, ...(old && { start_target_server: true }) };
  return { ...smsUpdate(taskId, body, old && !hidden ? '2024-09' : undefined), hasUniqueBody: !hidden };
}

const twoDigits = (number: number) => String(number).padStart(2, '0');

/** A limit from a minute of the day on. Minute and speed make it differ from those of other changes. */
const limit: MakeDraft = ({ taskId, number }) => {
  const minute = number % 1440;
  const start = `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
  const speed = Math.floor(number / 1440) % 1001;
  return { ...limitTo(taskId, [{ start, end: '24:00', speed }]), hasUniqueBody: true };
};

const setOptions: MakeDraft = ({ taskId, number }, random) => {
  const config_key = random.pick(['MIGRATE_EXCLUDE_DIR', 'SYNC_EXCLUDE_DIR', 'AN_OLDER_KEY']);
  return { ...setOptionsTo(taskId, [{ config_key, config_value: `/c-${number}` }]), hasUniqueBody: true };
};

/** Each makes the event of a draft invalid. */
const INVALID_EVENTS: readonly ((draft: Draft, target: Target) => Values | string)[] = [
  ({ event }, { taskId }) => ({ ...(event as Values), data: dcsData(taskId, { colour: 'canary-value' }) }),
  ({ event }, { taskId }) => ({ ...(event as Values), data: dcsData(taskId, { resume_mode: 'canary-value' }) }),
  ({ event }) => ({ ...(event as Values), sequence: '-1' }),
  ({ event }) => ({ ...(event as Values), type: 'migration.unheard-of' }),
  (_draft, { number }) => `{"specversion":"1.0","id":"broken-${number}","data":{"canary-member":`,
];

/** In hundredths. */
const SHARES: Record<Target['service'], readonly (readonly [share: number, make: MakeDraft])[]> = {
  dcs: [
    [48, configure],
    [48, update],
    [2, halt],
    [2, runAgain],
  ],
  sms: [
    [76, updateSms],
    [12, limit],
    [12, setOptions],
  ],
};
const draftsOf = (service: Target['service']) =>
  SHARES[service].flatMap(([share, make]) => Array<MakeDraft>(share).fill(make));
const DRAFTS = { dcs: draftsOf('dcs'), sms: draftsOf('sms') };

/** A change of a task that has other changes, too; if `hasUniqueBody`, with a body that no other change has. */
export function someValidDraft(target: Target, random: Random, hasUniqueBody = false): Draft {
  const draft = random.pick(DRAFTS[target.service])(target, random);
  return hasUniqueBody && !draft.hasUniqueBody ? someValidDraft(target, random, hasUniqueBody) : draft;
}

/** A change that must end as rejected. */
export function someInvalidDraft(target: Target, random: Random): Draft {
  const draft = someValidDraft(target, random);
  return { ...draft, kind: 'invalid', event: random.pick(INVALID_EVENTS)(draft, target) };
}
