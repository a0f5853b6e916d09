import { assemble, type Closers, closeAll } from './assembly.ts';
import type { EventBus, PublishedEvent } from './aws/event-bus.ts';
import type { Secrets } from './aws/secrets.ts';
import type { Aside } from './http/api.ts';
import type { Substitutes } from './stand-ins.ts';
import type { Wiring } from './wiring.ts';

/** How a stack starts. */
export interface StackOptions extends Substitutes {
  /** The folder with the compiled template and the zips. */
  folder: string;
  /** The port for people; 0 (the default) takes a free one. */
  port?: number;
  /** Divides visibility and time-outs, and is handed to the functions as TIME_SCALE. */
  timeScale?: number;
  /** Worker processes per function, never more than the mapping's maximum concurrency. */
  workers?: number;
  secrets?: Secrets;
  /** The provider that the functions call; the simulator unless told otherwise. */
  startProvider?: () => Promise<{ url: string; controlUrl?: string; close(): Promise<void> }>;
  onLog?: (line: LogLine) => void;
  /** Gets every batch of messages before its function; see the mapping. */
  onDelivery?: Wiring['onDelivery'];
  onReturn?: Wiring['onReturn'];
  /** Answers what is for no route on the port for people. */
  aside?: Aside;
}

/** The provider's services, each with a queue of its own. */
export type Service = 'dcs' | 'sms';

/** A line that a function wrote, or a sentence of the stack itself. */
export interface LogLine {
  source: string;
  line: string;
  level: 'info' | 'error';
}

/** How the runtime client and the logger mark a line that somebody should see. */
const ERROR_LINE = /\tERROR\t|"level":"(ERROR|CRITICAL)"/;

/** A running stack. */
export interface Stack {
  webhookUrl: string;
  /** Where the simulator is steered; it answers there also while it refuses connections. */
  simulatorUrl: string;
  queues: Record<Service, string>;
  /** AWS_ENDPOINT_URL_* for SDK clients. */
  endpoints: Record<string, string>;
  bus: EventBus;
  onResult(listener: (event: PublishedEvent) => void): void;
  /** The worker processes that live now. */
  workers(): { functionName: string; pid: number; busy: boolean }[];
  send(service: Service, body: string, group: string, deduplicationId: string): Promise<void>;
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
