import type { Random } from '../world/random.ts';

export type Values = Record<string, unknown>;

/** What a producer writes as type, dataschema and data, and what the provider must get for it. */
export interface Draft {
  kind: 'valid' | 'invalid';
  /** True if sending it twice ends in the same state. */
  converges: boolean;
  /** True if no other change of the run has this body, so that the provider's log alone says whose a request is. */
  singular: boolean;
  event: Values | string;
  body: Values;
}

/** The task of a change, and the number that makes its values its own. */
export interface About {
  service: 'dcs' | 'sms';
  taskId: string;
  number: number;
}

export const PROJECT = '0123456789abcdef0123456789abcdef';
/** The secrets that changes may name. */
export const REFERENCES = ['source', 'target'] as const;
export const secretName = (reference: string) => `migration-relay/local/redis/${reference}`;
export const secretValue = (reference: string) => `canary-redis-${reference}`;

const dcs = (task_id: string, body: Values) => ({ project_id: PROJECT, task_id, body });

function update({ taskId }: About, random: Random): Draft {
  const resume_mode = random.pick(['auto', 'manual']);
  const written = resume_mode === 'auto' && random.chance(0.2) ? {} : { resume_mode };
  return {
    kind: 'valid',
    converges: true,
    singular: false,
    event: { type: 'migration.dcs.migration-task.update', data: dcs(taskId, written) },
    body: { resume_mode },
  };
}

function configure({ taskId, number }: About, random: Random): Draft {
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
  const data = dcs(taskId, { ...first, source_instance: { addrs, ...written }, ...last });
  return {
    kind: 'valid',
    converges: false,
    singular: true,
    event: { type: 'migration.dcs.online-migration.configure', data },
    body: { ...first, source_instance: { addrs, password }, ...last },
  };
}

function updateSms({ taskId, number }: About, random: Random): Draft {
  const old = random.chance(0.3);
  const hidden = random.chance(0.05);
  const named = { name: `c-${number}`, speed_limit: random.pick([0, 100, 500, 1000]) };
  // No reading shows use_ipv6, so that nothing but a reply can confirm it.
  const body = hidden ? { use_ipv6: random.chance(0.5) } : { ...named, ...(old && { start_target_server: true }) };
  return {
    kind: 'valid',
    converges: true,
    singular: !hidden,
    event: {
      type: 'migration.sms.task.update',
      ...(old && !hidden && { dataschema: 'https://example.com/schemas/2024-09' }),
      data: { task_id: taskId, body },
    },
    body,
  };
}

/** Changes that no relay may carry out. */
const REFUSALS: readonly ((draft: Draft, about: About) => Values | string)[] = [
  ({ event }, { taskId }) => ({ ...(event as Values), data: dcs(taskId, { colour: 'canary-value' }) }),
  ({ event }, { taskId }) => ({ ...(event as Values), data: dcs(taskId, { resume_mode: 'canary-value' }) }),
  ({ event }) => ({ ...(event as Values), sequence: '-1' }),
  ({ event }) => ({ ...(event as Values), type: 'migration.unheard-of' }),
  (_draft, { number }) => `{"specversion":"1.0","id":"broken-${number}","data":{"canary-member":`,
];

/** A change that can be carried out; `singular` asks for one whose body no other has. */
export function someOrder(about: About, random: Random, singular = false): Draft {
  if (about.service === 'sms') {
    const draft = updateSms(about, random);
    return singular && !draft.singular ? someOrder(about, random, singular) : draft;
  }
  return singular || random.chance(0.5) ? configure(about, random) : update(about, random);
}

/** A change that can't be carried out and must end as rejected. */
export function someRefusal(about: About, random: Random): Draft {
  const draft = someOrder(about, random);
  return { ...draft, kind: 'invalid', event: random.pick(REFUSALS)(draft, about) };
}
