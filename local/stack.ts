import { type AssembledStack, assemble, type Closers, closeAll, type StackOptions } from './assembly.ts';
import type { Wiring } from './wiring.ts';

/** Matches a line that the runtime client or the logger marked as an error. */
const ERROR_LINE = /\tERROR\t|"level":"(ERROR|CRITICAL)"/;

/** A running stack. */
export interface Stack extends AssembledStack {
  /** Ends everything, including workers during an invocation. May be called more than once. */
  stop(): Promise<void>;
}

/** Starts the whole stack from a package folder. When one part fails, it ends the others and throws. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const closers: Closers = { work: [], services: [] };
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= closeAll(closers);
    return stopped;
  };
  const log: Wiring['log'] = (source, line, level = ERROR_LINE.test(line) ? 'error' : 'info') => {
    if (!stopped) options.onLog?.({ source, line, level });
  };
  try {
    return { ...(await assemble(options, log, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
