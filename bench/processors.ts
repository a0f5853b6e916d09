import { spawnSync } from 'node:child_process';

/** Lists of processors in the form of Linux's taskset. Undefined if they can't be divided. */
interface Processors {
  /** One for the measured program, on which no service runs. */
  measured: string | undefined;
  /** All others, for the services. */
  answering: string | undefined;
  all: string | undefined;
}

/** The processors that the kernel lets this process use. Undefined without taskset. */
function allowed(): string | undefined {
  const { stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  return /list: (\S+)/.exec(stdout ?? '')?.[1];
}

/**
 * Divides a list of processors, because in a deployment a function and a service don't share one. Otherwise the kernel wakes
 * the receiver of a reply on the sender's processor. Then the sender's next replies are late, although another processor is
 * idle.
 */
export function divide(all: string | undefined): Processors {
  const [first, ...others] = all === undefined ? [] : readList(all);
  if (first === undefined || others.length === 0) return { measured: undefined, answering: undefined, all: undefined };
  return { measured: String(first), answering: others.join(), all };
}

export const PROCESSORS = divide(allowed());

let current: string | undefined;

/** Restricts this process and all its threads to some processors, if they can be divided. */
export function keepTo(list: string | undefined): void {
  if (list === current || list === undefined) return;
  const { status } = spawnSync('taskset', ['-acp', list, String(process.pid)]);
  // It fails if a thread ends in the meantime; the next call tries again.
  if (status === 0) current = list;
}

/** The prefix of a command that restricts it to some processors, if they can be divided. */
export const keptTo = (list: string | undefined): string[] => (list === undefined ? [] : ['taskset', '-c', list]);

/** Reads a list in the form of taskset: `0-3,7`. */
function readList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return part === '' ? [] : Array.from({ length: last - first + 1 }, (_, place) => first + place);
  });
}
