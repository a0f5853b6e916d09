import { type AccessKey, DEFAULT_CREDENTIALS, DEFAULT_USER, type User } from './credentials.ts';
import { Settings } from './settings.ts';
import type { StartOptions } from './start-file.ts';

/** The flags that add to a start file, each with the form of its value. Each may come more than once. */
const FORMS = {
  'access-key': 'ACCESS:SECRET',
  user: 'NAME:PASSWORD',
  task: 'dcs/PROJECT/TASK, with =STATUS if you want, or sms/TASK, with =STATE',
  setting: 'NAME=VALUE',
};
type Flag = keyof typeof FORMS;

/** The values of these flags on a command line. */
type StartFlags = { [flag in Flag]?: string[] | undefined };

/** Flags whose values hold a secret, which no message may repeat. */
const SECRET = new Set<Flag>(['access-key', 'user']);

function parts(flag: Flag, text: string, pattern: RegExp): Record<string, string | undefined> {
  const { groups } = pattern.exec(text) ?? {};
  const what = SECRET.has(flag) ? `--${flag}` : `--${flag} ${text}`;
  if (groups === undefined) throw new Error(`${what} is wrong: use ${FORMS[flag]}`);
  return groups;
}

function readKey(text: string): AccessKey {
  const { access = '', secret = '' } = parts('access-key', text, /^(?<access>[^:]+):(?<secret>.+)$/);
  return { access, secret };
}

function readUser(text: string): User {
  const { name = '', password = '' } = parts('user', text, /^(?<name>[^:]+):(?<password>.+)$/);
  return { name, password, domain: DEFAULT_USER.domain };
}

const isOfDcs = (task: string): boolean => task.startsWith('dcs/');
const DCS_TASK = /^dcs\/(?<project_id>[^/=]+)\/(?<task_id>[^/=]+)(?:=(?<status>.+))?$/;
const SMS_TASK = /^sms\/(?<task_id>[^/=]+)(?:=(?<state>.+))?$/;

function readDcsTask(text: string) {
  const { project_id = '', task_id = '', status } = parts('task', text, DCS_TASK);
  return { project_id, task_id, ...(status !== undefined && { status }) };
}

function readSmsTask(text: string) {
  const { task_id = '', state } = parts('task', text, SMS_TASK);
  return { task_id, ...(state !== undefined && { state }) };
}

/** A value as JSON, such as a number or true. Anything else is text. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readSetting(text: string): Partial<Settings> {
  const { name = '', value = '' } = parts('setting', text, /^(?<name>[^=]+)=(?<value>.*)$/);
  const { data, error } = Settings.partial().safeParse({ [name]: readValue(value) });
  if (data === undefined) throw new Error(`--setting ${text} is wrong: ${error.issues[0]?.message}`);
  // The types differ only in undefined members, which a flag does not have.
  return data as Partial<Settings>;
}

/** Reads these flags into what adds them to the options of a start file. Throws an Error that names a wrong flag. */
export function readStartFlags(flags: StartFlags): (options: StartOptions) => StartOptions {
  const keys = (flags['access-key'] ?? []).map(readKey);
  const users = (flags.user ?? []).map(readUser);
  const [dcs, sms] = [flags.task?.filter(isOfDcs) ?? [], flags.task?.filter((task) => !isOfDcs(task)) ?? []];
  const tasks = { dcs: dcs.map(readDcsTask), sms: sms.map(readSmsTask) };
  const settings: Partial<Settings> = Object.assign({}, ...(flags.setting ?? []).map(readSetting));
  return ({ credentials = DEFAULT_CREDENTIALS, ...options }) => ({
    ...options,
    // Of two equal keys or tasks the last one counts.
    credentials: {
      accessKeys: [...credentials.accessKeys, ...keys],
      users: [...users, ...credentials.users.filter((one) => users.every(({ name }) => name !== one.name))],
    },
    settings: { ...options.settings, ...settings },
    tasks: {
      dcs: [...(options.tasks?.dcs ?? []), ...tasks.dcs],
      sms: [...(options.tasks?.sms ?? []), ...tasks.sms],
    },
  });
}
