import type { ProviderRequest } from '../../src/lib/relay/provider.ts';
import { idIn, naturalKeyOf, sourceKey } from './natural-keys.ts';
import type { Values } from './task.ts';

/** What a request that writes asks for. The names are the simulation's own, so that the relay's can be wrong. */
export type Call =
  | 'update'
  | 'configure'
  | 'act'
  | 'stop'
  | 'restart'
  | 'exchange'
  | 'rollback'
  | 'limit'
  | 'options'
  | 'delete'
  | 'create_online'
  | 'create_import'
  | 'create_sms';

const CREATIONS = new Set<Call | undefined>(['create_online', 'create_import', 'create_sms']);
/** True for a call that creates a task. */
export const isCreation = (call: Call | undefined) => CREATIONS.has(call);

/** The end of a path says what is called; all other paths belong to updates. */
const BY_PATH: readonly [end: RegExp, method: string, call: Call][] = [
  [/\/migration\/[\w-]+\/task$/, 'POST', 'configure'],
  [/\/tasks\/[\w-]+\/action$/, 'POST', 'act'],
  [/\/migration-task\/[\w-]+\/stop$/, 'POST', 'stop'],
  [/\/migration-tasks\/batch-restart$/, 'POST', 'restart'],
  [/\/migration-task\/[\w-]+\/exchange-ip$/, 'POST', 'exchange'],
  [/\/migration-task\/[\w-]+\/rollback-ip$/, 'POST', 'rollback'],
  [/\/tasks\/[\w-]+\/speed-limit$/, 'POST', 'limit'],
  [/\/tasks\/[\w-]+\/configuration-setting$/, 'POST', 'options'],
  [/\/v2\/[\w-]+\/migration\/instance$/, 'POST', 'create_online'],
  [/\/v2\/[\w-]+\/migration-task$/, 'POST', 'create_import'],
  [/\/v3\/tasks$/, 'POST', 'create_sms'],
  [/\/migration-tasks\/delete$|\/v3\/(?:tasks|sources)\/[\w-]+$/, 'DELETE', 'delete'],
];

/** The call that a request makes. */
const callOf = ({ method, path }: Pick<ProviderRequest, 'method' | 'path'>): Call =>
  BY_PATH.find(([end, of]) => of === method && end.test(path))?.[2] ?? 'update';

const SUBJECT = /\/(migration-task|migration|tasks|sources)\/([\w-]+)/;
const LISTS = ['migration_tasks', 'task_id_list'];

/** The key of the subject that a request names: in its path, in the list of a call that takes several tasks, or by what it creates. */
export function subjectOf({ service, path }: Pick<ProviderRequest, 'service' | 'path'>, body: Values = {}): string {
  const natural = naturalKeyOf(path, body);
  if (natural !== undefined) return natural;
  const [, kind, id] = SUBJECT.exec(path) ?? [];
  const listed = LISTS.flatMap((name) => body[name] ?? [])[0];
  return kind === 'sources' ? sourceKey(id) : `${service}/${id ?? listed ?? ''}`;
}

/** The calls that answer for each of several tasks, in a list of the reply. */
export const isListCall = (call: Call, path: string) =>
  call === 'restart' || (call === 'delete' && path.includes('/v2/'));

/** What a request asks for: the call, the key and the id of its subject, and its body, if it has one. */
export interface Incoming {
  call: Call;
  key: string;
  id: string;
  path: string;
  body: Values | undefined;
  content: Values;
}

export function readIncoming({ service, method, path, body: text }: ProviderRequest): Incoming {
  const body = text === undefined ? undefined : (JSON.parse(text) as Values);
  const key = subjectOf({ service, path }, body);
  return { call: callOf({ method, path }), key, id: idIn(key), path, body, content: body ?? {} };
}

/** The values of a subject once a call has taken effect. `gone`, `halted` and `heading` are known only to the provider. */
const EFFECTS: Partial<Record<Call, (body: Values) => Values>> = {
  stop: () => ({ halted: true }),
  restart: () => ({ halted: false }),
  exchange: () => ({ heading: 'EXCHANGE_SUCCESS' }),
  rollback: () => ({ heading: 'ROLLBACK_SUCCESS' }),
  limit: ({ speed_limit }) => ({ limits: speed_limit }),
  options: ({ configurations }) => optionsIn(configurations as Option[]),
  delete: () => ({ gone: true }),
};

export interface Option {
  config_key: string;
  config_value: string;
}
/** An option of a task is a value under a name with this beginning. */
export const OPTION = 'option:';
const optionsIn = (options: Option[]): Values =>
  Object.fromEntries(options.map(({ config_key, config_value }) => [`${OPTION}${config_key}`, config_value]));

/** What a change's subject shows when the change is in effect. */
export const effectOf = (call: Call | undefined, body: Values): Values => (call && EFFECTS[call])?.(body) ?? body;
