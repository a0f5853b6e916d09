import { sha256 } from '../change/fingerprint.ts';
import type { BreakerRow } from '../relay/breaker-store.ts';
import type { Answer, ProviderRequest } from '../relay/provider.ts';

/** After failures of this many different tasks in a row, a service counts as unavailable. After this many of its own, a task does. */
export const THRESHOLD = 5;
/** How long, in milliseconds, and how many tasks are remembered that failed while others succeeded. A row's size is limited. */
export const SUSPECT_FOR = 3_600_000;
const MAX_SUSPECTS = 100;

/** Codes that mean that the service could not be reached, besides a 5xx. */
const AWAY = new Set([
  'request_timeout',
  'connection_reset',
  'connection_refused',
  'connect_timeout',
  'connection_failed',
  'dns_failed',
  'tls_failed',
]);

/** True if the service failed, as far as one request can show. */
export function isUnavailable(answer: Answer): answer is Answer & { ok: false } {
  if (answer.ok) return false;
  if (answer.status === undefined) return AWAY.has(answer.error.code);
  // A code may show that the service refused the request and did not fail: DCS.4069, a conflict, comes as 500.
  return answer.status >= 500 && ['service_error', 'unknown'].includes(answer.error.class);
}

/** True if no reply of the service came, so that the answer shows nothing about it. */
export const isSilent = (answer: Answer) => !answer.ok && (answer.status === undefined || answer.unasked === true);

/** The row of what fails or works as one: a service, or one project in it, so that a project that fails delays no other. */
export const rowNameOf = ({ service, projectId }: Pick<ProviderRequest, 'service' | 'projectId'>) =>
  projectId === undefined ? service : `${service}#${projectId.toLowerCase()}`;

/** The row for probes by tasks that failed, which therefore delay no other task's probe. `name` is their project's row. */
export const suspectsRowOf = (name: string) => `${name}#suspects`;

/** The row of one task that failed. */
export const taskRowOf = (name: string, task: string) => `${name}#${task}`;

/** The task of a request, named by a hash of the path that reads it. */
export const taskOf = ({ path, probePath = path }: ProviderRequest) => sha256(probePath).slice(0, 16);

/** Marks a failure that can't be a task's own fault. */
const NO_TASK = '-';

/**
 * The mark under which a failure is stored: its task, so that one task counts once. A failure that certainly reached no
 * backend is not the task's fault and counts each time. The number of earlier failures makes its mark unique.
 */
export const markOf = (task: string, { executed }: Answer & { ok: false }, { failed = [] }: BreakerRow) =>
  executed === 'no' ? `${NO_TASK}${task}${failed.length}` : task;

/** True while nothing but probes may be sent. */
export const isOpen = ({ failed = [] }: BreakerRow) => failed.length >= THRESHOLD;

const suspectsIn = ({ sick = [], sickUntil = 0 }: BreakerRow, now: number) => (sickUntil > now ? sick : []);

/** True for the mark of a task that has failed before. Another failure of it shows nothing new about the service. */
export const isSuspect = (row: BreakerRow, mark: string, now: number) =>
  (row.failed ?? []).includes(mark) || suspectsIn(row, now).includes(mark);

/** The tasks that are still suspects after a request of `task` succeeded: all others that failed, up to a limit. */
export function suspectsBeside(row: BreakerRow, task: string, now: number): string[] {
  const tasks = (row.failed ?? []).filter((mark) => !mark.startsWith(NO_TASK));
  return [...new Set([...tasks, ...suspectsIn(row, now)])].filter((mark) => mark !== task).slice(0, MAX_SUSPECTS);
}
