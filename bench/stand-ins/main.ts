import type { Identity } from '../../local/http/certificate.ts';
import { startAws } from './aws.ts';
import { startProvider } from './provider.ts';
import { type Ask, type Counts, NO_WAITS } from './settings.ts';

const state = { waits: NO_WAITS, counts: {} as Counts };
let clear = () => {};

async function start(kind: string | undefined, identity: Identity): Promise<string> {
  if (kind === 'provider') return startProvider(identity, state);
  const aws = await startAws(identity, state);
  clear = aws.clear;
  return aws.origin;
}

const tell = (message: { origin: string } | { counts: Counts }) => process.send?.(message);

process.once('message', async (identity: Identity) => {
  tell({ origin: await start(process.argv[2], identity) });
  process.on('message', ({ waits }: Ask) => {
    tell({ counts: state.counts });
    state.waits = waits;
    state.counts = {};
    clear();
  });
});
// Ends with the benchmark, however that ended.
process.once('disconnect', () => process.exit());
