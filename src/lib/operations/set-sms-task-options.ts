import * as z from 'zod';
import { isObject, type JsonObject } from '../json/exact-json.ts';
import { line, list, pathId, ReadReply, SilentReply, text } from './fields.ts';
import { defineOperation } from './operation.ts';
import { path } from './paths.ts';

/** The keys of the newest page. Other editions have others, so a change may use any. */
const KNOWN_KEYS = new Set([
  'MIGRATE_EXCLUDE_DIR',
  'SYNC_EXCLUDE_DIR',
  'ONLY_SYNC_DIR',
  'CONSISTENCY_DIR',
  'CONSISTENCY_DIR_ILLEGAL',
  'LINUX_BLOCK_COMPRESS_THREAD_NUM',
  'MIGRATE_DST_IP',
  'LINUX_BLOCK_CACHE_SIZE',
  'LINUX_CPU_LIMIT',
  'LINUX_MEM_LIMIT',
  'LINUX_IO_LIMIT',
  'NUM_PROCESS_MIGRATE',
  'NUM_PROCESS_SYNC',
  'CONSISTENCY_RECHECK',
  'CONSISTENCY_MODE',
  'DYNAMIC_PORT',
  'INSTALL_PWD_AGENT',
]);
const MAX_OPTIONS = 50;

function dataSchema() {
  const Option = z.strictObject({
    config_key: text(255, 1),
    config_value: text(1024),
    config_status: line.optional(),
  });
  return z.strictObject({
    task_id: pathId(36),
    body: z.strictObject({ configurations: list(Option, MAX_OPTIONS) }),
  });
}
type Data = z.infer<ReturnType<typeof dataSchema>>;
type Option = Data['body']['configurations'][number];

const PATH = 'data.body.configurations';
/** The values of options, each under its key. */
const optionsOf = (configurations: Option[], readValue: (option: Option) => unknown): JsonObject =>
  Object.fromEntries(
    configurations
      .map((option) => [`configurations.${option.config_key}`, readValue(option)] as const)
      .filter(([, value]) => typeof value === 'string' || value === null),
  ) as JsonObject;

/**
 * What a read shows of the options that a change sets: null for an option that is not shown. An option of another edition may
 * be one of them under another name, so beside one nothing is known about what is not shown.
 */
function snapshot({ configurations: shown }: JsonObject, { body }: Data): JsonObject {
  if (!Array.isArray(shown)) return {};
  const options = shown.filter(isObject);
  const isFromAnotherEdition = options.some(({ config_key }) => !KNOWN_KEYS.has(String(config_key)));
  return optionsOf(body.configurations, ({ config_key }) => {
    const option = options.find((one) => one.config_key === config_key);
    if (option) return option.config_value;
    return isFromAnotherEdition ? undefined : null;
  });
}

/** A key that stands twice has no single value, and one of an older edition may be shown under a newer name. */
const isComparable = ({ config_key }: Option, _place: number, all: Option[]) =>
  KNOWN_KEYS.has(config_key) && all.filter((other) => other.config_key === config_key).length === 1;

/** POST /v3/tasks/{task_id}/configuration-setting: sets options of the agent that migrates a server, each under its key. */
export const setSmsTaskOptions = defineOperation<Data>({
  name: 'set-sms-task-options',
  call: 'UploadSpecialConfigurationSetting',
  service: 'sms',
  change: 'migration.sms.task.set-options',
  permissions: ['sms:server:updateTaskConfig', 'sms:server:getTaskConfig'],
  input: dataSchema,
  warnings: ({ body }) =>
    body.configurations.flatMap(({ config_key }, place) =>
      KNOWN_KEYS.has(config_key)
        ? []
        : [`${PATH}.${place}.config_key: not a key of the newest manual; it was sent as asked`],
    ),
  subject: ({ task_id }) => ({ kind: 'task', id: task_id }),
  method: 'POST',
  path: ({ task_id }) => path`/v3/tasks/${task_id}/configuration-setting`,
  body: ({ body }) => body,
  reply: SilentReply,
  pickReply: () => ({}),
  readBack: {
    path: ({ task_id }) => path`/v3/tasks/${task_id}/configuration-setting`,
    reply: ReadReply,
    version: 1,
    snapshot,
    verdict: (snapshot, { body: { configurations } }) => {
      const wanted = Object.entries(optionsOf(configurations, ({ config_value }) => config_value));
      const shown = wanted.filter(([name]) => snapshot[name] !== undefined);
      if (shown.length < wanted.length || wanted.length === 0 || !configurations.every(isComparable))
        return 'cannot-tell';
      // Whether the provider shows an option that was set to nothing is not known.
      if (wanted.some(([name, value]) => value === '' && snapshot[name] === null)) return 'cannot-tell';
      return shown.every(([name, value]) => snapshot[name] === value) ? 'applied' : 'not-applied';
    },
    unverifiable: ({ body }) =>
      body.configurations.flatMap(({ config_status }, place) =>
        config_status === undefined ? [] : [`${PATH}.${place}.config_status`],
      ),
  },
  repeatable: true,
});
