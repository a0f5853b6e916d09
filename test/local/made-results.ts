import type { TracedName } from '../../src/lib/change/validate.ts';
import { notApplied } from '../../src/lib/relay/completion.ts';
import { type Completion, toResult } from '../../src/lib/relay/result.ts';

const SUCCEEDED: Completion = { outcome: 'succeeded', confirmedBy: 'reply', status: 200, attempts: 1 };

/** The completion of a change that the provider refused with this code. */
export const refusedWith = (code: string): Completion =>
  notApplied({
    ok: false,
    executed: 'no',
    error: { class: 'conflict', code, remedy: 'after_change', message: 'refused', advice: 'wait' },
    status: 400,
  });

/** A result as the relay makes it. */
export const resultOf = (change: TracedName, ending: Completion = SUCCEEDED) =>
  toResult('migration-relay.local', change, { keyId: 'k', mac: 'm' }, ending, 0);
