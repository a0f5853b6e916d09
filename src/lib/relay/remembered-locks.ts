import type { Ledger, LockRequest, SubjectRow } from './ledger.ts';
import { isSuperseded } from './sequence.ts';

/** A lock that this process raised: the task's row as it then stood, and whether its change has a definite end since. */
interface Raised {
  subject: string;
  row: SubjectRow;
  ended: boolean;
}

const MAX = 1000;

/**
 * The ledger with a memory of the locks that this process raised. When a change of it ended definitely, the next change of
 * the task replaces exactly that lock at once, where it would else be refused and read two rows first. The memory is a
 * guess only: the write holds if the task's row is still the one that was raised, else the change asks as any other.
 */
export function rememberLocks(ledger: Ledger): Ledger {
  const bySubject = new Map<string, Raised>();
  const byOwner = new Map<string, Raised>();

  const forget = (raised: Raised | undefined) => {
    if (!raised) return;
    bySubject.delete(raised.subject);
    byOwner.delete(raised.row.owner);
  };
  const remember = ({ subject }: LockRequest, row: SubjectRow | undefined): SubjectRow | undefined => {
    forget(bySubject.get(subject));
    if (!row) return undefined;
    if (bySubject.size >= MAX) forget(bySubject.values().next().value);
    const raised = { subject, row, ended: false };
    bySubject.set(subject, raised);
    byOwner.set(row.owner, raised);
    return row;
  };

  return {
    ...ledger,
    async acquireLock(request) {
      const last = bySubject.get(request.subject);
      // A change in doubt must not be sent after another's request, so the ledger has to be asked.
      const lifted = last?.ended && !request.doubt && !isSuperseded(request, last.row);
      const replaced = lifted ? await ledger.replaceLock(request, last.row) : undefined;
      return remember(request, replaced ?? (await ledger.acquireLock(request)));
    },
    async replaceLock(request, seen) {
      return remember(request, await ledger.replaceLock(request, seen));
    },
    async store(key, owner, result, unknown) {
      const stored = await ledger.store(key, owner, result, unknown);
      const raised = byOwner.get(owner);
      if (raised && stored && !unknown) raised.ended = true;
      return stored;
    },
  };
}
