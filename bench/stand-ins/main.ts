import { setPriority } from 'node:os';
import type { Identity } from '../../local/http/certificate.ts';
import { startAws } from './aws.ts';
import { startProvider } from './provider.ts';
import { type Ask, type Counts, NO_WAITS, type Origins, type Waits } from './settings.ts';

const state = { waits: NO_WAITS, counts: {} as Counts };
let clear = () => {};

async function start(kind: string | undefined, identity: Identity): Promise<Origins> {
  if (kind === 'provider') return { provider: await startProvider(identity, state) };
  const aws = await startAws(identity, state);
  clear = aws.clear;
  return aws.origins;
}

/**
 * While it waits for most of the time, a request must not take the processor from the program that sent it: a real service
 * has processors of its own. Only root may take its priority back, for the rows that have it work as fast as it can.
 */
function giveWay(waits: Waits): void {
  if (process.getuid?.() === 0) setPriority(waits.provider > 0 ? 10 : 0);
}

const tell = (message: { origins: Origins } | { counts: Counts }) => process.send?.(message);

process.once('message', async (identity: Identity) => {
  tell({ origins: await start(process.argv[2], identity) });
  process.on('message', ({ waits }: Ask) => {
    tell({ counts: state.counts });
    state.waits = waits;
    giveWay(waits);
    state.counts = {};
    clear();
  });
});
// Ends with the benchmark, however that ended.
process.once('disconnect', () => process.exit());
