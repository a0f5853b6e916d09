import { type Members, pick } from '../json.ts';
import { plainReply } from '../plain-reply.ts';
import { list, members, text } from '../rules.ts';
import type { Operation } from '../world.ts';
import { readKnown, refuseMissing } from './body.ts';
import { fits } from './list.ts';
import { changeTask, findTask } from './task.ts';

/** The manuals of several years list different keys, so any text is taken. */
const entry = members({ config_key: text(255), config_value: text(1024), config_status: text(255) }, [
  'config_key',
  'config_value',
]);

const keyOf = ({ config_key }: Members): string => String(config_key);

/** POST /v3/tasks/{task_id}/configuration-setting: sets options by their keys. Those with other keys stay as they are. */
export const uploadSpecialConfigurationSetting: Operation = (world, call) => {
  const given = readKnown(call, { configurations: list(entry, 50) }, ['configurations']);
  const before = findTask(world, call.task);
  const all = [...((before.configurations ?? []) as Members[]), ...(given.configurations as Members[])];
  const configurations = [...new Map(all.map((one) => [keyOf(one), one])).values()];
  const applied = changeTask(world, call.task, before, { ...before, configurations });
  return { reply: plainReply(world.settings.sms_write_reply), applied: [applied] };
};

const SHOWN = ['config_key', 'config_value', 'config_status'];

/** GET /v3/tasks/{task_id}/configuration-setting: the options that were set, or the one of a key. */
export const showConfigSetting: Operation = (world, { task, query }) => {
  const found = world.sms.readAfterLag(task, world.settings.read_lag_ms) ?? refuseMissing(world, 'SMS.7703');
  const wanted = ((found.configurations ?? []) as Members[]).filter((one) => fits(query, 'config_key', keyOf(one)));
  const configurations = wanted.map((one) => pick(one, SHOWN));
  return {
    reply: { status: 200, body: { task_id: task, migrate_type: `${found.os_type}_${found.type}`, configurations } },
  };
};
