import type { ChangeName } from '../../lib/change/change-name.ts';
import type { RetryReason } from '../../lib/relay/decision.ts';
import type { Outcome } from '../../lib/relay/result-schema.ts';

/** The state of a change: not seen, in progress, given up by its queue, or one of the five outcomes. */
export type State = 'not seen' | 'queued' | 'calling' | 'waiting' | 'reading back' | 'dead' | Outcome;

/** The sign of each state. It is shown beside the word and never alone. */
export const SIGNS: Readonly<Record<State, string>> = {
  'not seen': '?',
  queued: '…',
  calling: '…',
  waiting: '…',
  'reading back': '…',
  dead: '✗',
  succeeded: '✓',
  rejected: '✗',
  failed: '✗',
  superseded: '-',
  unknown: '?',
};

/** The reasons for retries in words: what happened, and what the next delivery does. */
export const WAITS: Readonly<Record<RetryReason, { happened: string; next: string }>> = {
  lease_held: { happened: 'another worker holds the change', next: 'the change is checked again' },
  subject_locked: { happened: 'an earlier change for the task has not ended yet', next: 'it is tried again' },
  contended: { happened: 'another worker claimed it first', next: 'the change is checked again' },
  provider_busy: { happened: 'the provider could not accept it now', next: 'it is sent again' },
  credentials_refused: { happened: "the relay's credential was refused or is being tried", next: 'it is sent again' },
  outcome_unknown: { happened: 'a request was sent and its outcome is not known', next: 'the task is read' },
  read_failed: { happened: 'the task could not be read', next: 'it is read again' },
  not_applied: { happened: 'two reads show that it was not applied', next: 'it is sent again' },
  time_short: { happened: 'the function had too little time left', next: 'it is tried again' },
  secret_unavailable: { happened: 'a secret that the change names could not be read', next: 'it is tried again' },
};

/** Reasons for a retry after which the task is read before anything else. */
export const READS_NEXT: ReadonlySet<RetryReason> = new Set<RetryReason>(['outcome_unknown', 'read_failed']);

/** The short name of what a change does: `DCS update`, `SMS act`. */
export function plainName({ type = '', subject }: Pick<ChangeName, 'type' | 'subject'>): string {
  const [, service = subject?.service ?? '', ...rest] = type.split('.');
  return [service.toUpperCase(), rest.at(-1) ?? ''].join(' ').trim() || 'no change';
}

/** A change's id, or the first characters of its hash. */
export const nameOf = ({ id, hash }: ChangeName) => id ?? `sha256:${hash?.slice(0, 16) ?? ''}`;

/** A long id with its middle left out. */
export const shorten = (id: string, max = 13) => (id.length <= max ? id : `${id.slice(0, max - 6)}…${id.slice(-4)}`);

/** A duration in milliseconds as text: 84 ms, 3.1 s, 80 s, 12 min, 3 h, 2 days. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

/** `1 attempt`, `2 attempts`. */
export const pluralize = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The provider's code and status in brackets, if there are any. */
export function inBrackets(code: string | undefined, status: number | undefined): string {
  const parts = [...(code === undefined ? [] : [code]), ...(status === undefined ? [] : [`HTTP ${status}`])];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
