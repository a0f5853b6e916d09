import type { Values } from './task.ts';

/** The keys of source servers have a beginning of their own, because a task may have the same id. */
const SOURCE = 'sms-source/';
export const sourceKey = (id: unknown) => `${SOURCE}${id}`;
export const isSource = (key: string) => key.startsWith(SOURCE);
/** The key of the task that migrates a source from the beginning. Every other source has none. */
export const taskOfSource = (key: string): string | undefined =>
  isSource(key) && /[02468]$/.test(key) ? key.replace(SOURCE, 'sms/').replace('source-', 'task-') : undefined;

/** What is created has no id before. Creations of DCS are in order by the name of their task. */
const NAME = 'dcs-name/';
export const nameKey = (name: unknown) => `${NAME}${name}`;
export const isName = (key: string) => key.startsWith(NAME);

/** The part of a key that the provider knows. */
export const idIn = (key: string) => key.slice(key.indexOf('/') + 1);

/** The path and the query of a request. */
const parts = (path: string) => new URL(path, 'https://provider');

const LISTS = /\/v2\/[\w-]+\/migration-tasks$|\/v3\/tasks$/;
/** True for the path of a list of tasks. */
export const isListPath = (path: string) => LISTS.test(parts(path).pathname);
export const queryOf = (path: string) => parts(path).searchParams;

/** The key of a request for a list, or of one that creates a task; undefined for all others. */
export function naturalKeyOf(path: string, { name, task_name, source_server }: Values): string | undefined {
  const { pathname, searchParams } = parts(path);
  if (/\/migration\/instance$/.test(pathname)) return nameKey(name);
  if (/\/migration-task$/.test(pathname)) return nameKey(task_name);
  if (!LISTS.test(pathname)) return undefined;
  const source = (source_server as Values | undefined)?.id ?? searchParams.get('source_server_id');
  return pathname.startsWith('/v3/') ? sourceKey(source) : nameKey(searchParams.get('name'));
}
