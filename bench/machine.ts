import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { PROCESSORS } from './processors.ts';

/** The machine on which the figures were measured. */
export const machine = () => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model ?? 'unknown',
  processors: availableParallelism(),
  divided: PROCESSORS.measured !== undefined,
  memory_gb: Math.round(totalmem() / 1e9),
  load: loadavg().map((load) => Number(load.toFixed(2))),
});
