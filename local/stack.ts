import { type Assembled, assemble, type Closers, closeAll, type StackOptions } from './assembly.ts';
import type { Wiring } from './wiring.ts';

/** How the runtime client and the logger mark a line that somebody should see. */
const ERROR_LINE = /\tERROR\t|"level":"(ERROR|CRITICAL)"/;

/** A running stack. */
export interface Stack extends Assembled {
  /** Ends everything, workers in the middle of an invocation too; harmless when repeated. */
  stop(): Promise<void>;
}

/** Starts the whole stack from a package folder; when one part fails, ends the others and throws. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const closers: Closers = { work: [], ground: [] };
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
