import type { Identity } from '../../local/http/certificate.ts';
import { keepTo, PROCESSORS } from '../processors.ts';
import { startAws } from './aws.ts';
import { type Counts, isWaiting, NO_WAITS, type Origins, type Waits } from './settings.ts';
import { clearDelay, serve } from './wire.ts';

const state = { waits: NO_WAITS, counts: {} as Counts };
let clear = () => {};

/** The provider's API: accepts and counts every request, and verifies nothing. */
const startProvider = (identity: Identity): Promise<string> =>
  serve(identity, () => {
    state.counts.calls = (state.counts.calls ?? 0) + 1;
    return { status: 200, type: 'application/json', body: '{}', wait: state.waits.provider };
  });

async function start(kind: string | undefined, identity: Identity): Promise<Origins> {
  if (kind === 'provider') return { provider: await startProvider(identity) };
  const aws = await startAws(identity, state);
  clear = aws.clear;
  return aws.origins;
}

const send = (message: { origins: Origins } | { counts: Counts }) => process.send?.(message);

process.once('message', async (identity: Identity) => {
  send({ origins: await start(process.argv[2], identity) });
  process.on('message', ({ waits }: { waits: Waits }) => {
    const { counts } = state;
    Object.assign(state, { waits, counts: {} });
    keepTo(isWaiting(waits) ? PROCESSORS.answering : PROCESSORS.all);
    clear();
    clearDelay();
    // The last statement, because the parent starts the next process when it gets this message.
    send({ counts });
  });
});
// Ends with the benchmark, even if that crashed.
process.once('disconnect', () => process.exit());
