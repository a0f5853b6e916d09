import type { Ledger, LockRequest, SubjectRow } from './ledger.ts';
import { isSuperseded } from './sequence.ts';

/** A lock that this process acquired: the subject's row at that time, and whether its change has since ended for certain. */
interface RememberedLock {
  subject: string;
  row: SubjectRow;
  isEnded: boolean;
}

const MAX_LOCKS = 1000;

/**
 * The ledger, with a memory of the locks that this process acquired. When the change of such a lock has ended for certain,
 * the next change of the subject replaces exactly that lock at once. Without the memory it would be refused first and read
 * two rows. The write is conditional: if the subject's row has changed, the lock is acquired as usual.
 */
export function rememberLocks(ledger: Ledger): Ledger {
  const bySubject = new Map<string, RememberedLock>();
  const byOwner = new Map<string, RememberedLock>();

  const forget = (remembered: RememberedLock | undefined) => {
    if (!remembered) return;
    bySubject.delete(remembered.subject);
    byOwner.delete(remembered.row.owner);
  };
  const remember = ({ subject }: LockRequest, row: SubjectRow | undefined): SubjectRow | undefined => {
    forget(bySubject.get(subject));
    if (!row) return undefined;
    if (bySubject.size >= MAX_LOCKS) forget(bySubject.values().next().value);
    const remembered = { subject, row, isEnded: false };
    bySubject.set(subject, remembered);
    byOwner.set(row.owner, remembered);
    return row;
  };

  return {
    ...ledger,
    async acquireLock(request) {
      const remembered = bySubject.get(request.subject);
      // A change in doubt must not be sent after the request of another change, so the ledger has to be asked.
      const mustAsk = request.doubt || request.mustExpire;
      const isFree = remembered?.isEnded && !mustAsk && !isSuperseded(request, remembered.row);
      const replaced = isFree ? await ledger.replaceLock(request, remembered.row) : undefined;
      return remember(request, replaced ?? (await ledger.acquireLock(request)));
    },
    async replaceLock(request, expected) {
      return remember(request, await ledger.replaceLock(request, expected));
    },
    async store(key, owner, result, unknown) {
      const stored = await ledger.store(key, owner, result, unknown);
      const remembered = byOwner.get(owner);
      if (remembered && stored && !unknown) remembered.isEnded = true;
      return stored;
    },
  };
}
