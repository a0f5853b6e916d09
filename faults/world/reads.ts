import { OPTION } from './calls.ts';
import { isAbsent, unknownCode } from './cloud-tasks.ts';
import { replyWith, type Usual } from './replies.ts';
import type { CloudTask, Values } from './task.ts';

/** Values that no read of a task shows, or only one of its own. */
const HIDDEN = new Set([
  'use_ipv6',
  'use_public_ip',
  'start_target_server',
  'halted',
  'heading',
  'gone',
  'limits',
  'course',
]);

/** How the details of a deleted DCS task answer. No page says so, and Terraform has seen all three. */
export const AFTERLIVES = ['DCS.4133', 'DELETED', 'SUCCESS'] as const;
export type Afterlife = (typeof AFTERLIVES)[number];

/** What a read of a path shows of a subject. */
export function shownBy(path: string, task: CloudTask, afterlife: Afterlife): Usual {
  if (isAbsent(task)) return shownOfAbsent(task, afterlife);
  if (path.endsWith('/speed-limit')) return limitsOf(task.values);
  if (path.endsWith('/configuration-setting'))
    return replyWith({ task_id: 't', configurations: optionsOf(task.values) });
  return replyWith(withPasswords(readableValues(task.values)));
}

/** True if the details of a deleted task still show its last values. */
export const isShownAfterwards = ({ service }: CloudTask, afterlife: Afterlife) =>
  service === 'dcs' && afterlife === 'SUCCESS';

function shownOfAbsent(task: CloudTask, afterlife: Afterlife): Usual {
  if (isShownAfterwards(task, afterlife))
    return replyWith(withPasswords({ task_id: 't', ...readableValues(task.values), status: afterlife }));
  if (task.service === 'dcs' && afterlife === 'DELETED') return replyWith({ task_id: 't', status: afterlife });
  return refused(unknownCode(task));
}

const refused = (error_code: string) => replyWith({ error_code, error_msg: 'canary-provider-text' }, 400);

/** A read of the limits is refused as long as none are stored. */
const limitsOf = ({ limits }: Values) =>
  (limits as unknown[]).length === 0 ? refused('SMS.6302') : replyWith({ speed_limit: limits });

const optionsOf = (values: Values) =>
  Object.entries(values)
    .filter(([name]) => name.startsWith(OPTION))
    .map(([name, config_value]) => ({ config_key: name.slice(OPTION.length), config_value, config_status: '' }));

const readableValues = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !HIDDEN.has(name) && !name.startsWith(OPTION)));

/** A provider may show the passwords that it got. */
function withPasswords(values: Values): Values {
  const { source_instance: source } = values;
  return source ? { ...values, source_instance: { ...(source as Values), password: 'canary-shown' } } : values;
}
