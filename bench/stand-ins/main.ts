import type { Identity } from '../../local/http/certificate.ts';
import { keepTo, PROCESSORS } from '../processors.ts';
import { startAws } from './aws.ts';
import { startProvider } from './provider.ts';
import { type Ask, type Counts, isWaiting, NO_WAITS, type Origins } from './settings.ts';
import { clearDelay } from './wire.ts';

const state = { waits: NO_WAITS, counts: {} as Counts };
let clear = () => {};

async function start(kind: string | undefined, identity: Identity): Promise<Origins> {
  if (kind === 'provider') return { provider: await startProvider(identity, state) };
  const aws = await startAws(identity, state);
  clear = aws.clear;
  return aws.origins;
}

const tell = (message: { origins: Origins } | { counts: Counts }) => process.send?.(message);

process.once('message', async (identity: Identity) => {
  tell({ origins: await start(process.argv[2], identity) });
  process.on('message', ({ waits }: Ask) => {
    const { counts } = state;
    Object.assign(state, { waits, counts: {} });
    keepTo(isWaiting(waits) ? PROCESSORS.answering : PROCESSORS.all);
    clear();
    clearDelay();
    // Last, since the next process is started on this word.
    tell({ counts });
  });
});
// Ends with the benchmark, however that ended.
process.once('disconnect', () => process.exit());
