import { spawnSync } from 'node:child_process';

/** Lists of processors in the words of Linux's taskset; undefined where they can't be divided. */
export interface Processors {
  /** One that nothing answers on, for what is measured. */
  measured: string | undefined;
  /** All others, for what answers it. */
  answering: string | undefined;
  all: string | undefined;
}

/** Those that the kernel lets this process use; undefined where there is no taskset to ask. */
function allowed(): string | undefined {
  const { stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  return /list: (\S+)/.exec(stdout ?? '')?.[1];
}

/**
 * Divides a list of processors, as a function and a service share none. Left to itself, the kernel wakes whoever gets a reply
 * on the processor of the one that sent it, which then answers the others late although another processor is idle.
 */
export function divide(all: string | undefined): Processors {
  const [first, ...others] = all === undefined ? [] : readList(all);
  if (first === undefined || others.length === 0) return { measured: undefined, answering: undefined, all: undefined };
  return { measured: String(first), answering: others.join(), all };
}

export const PROCESSORS = divide(allowed());

let kept: string | undefined;

/** Keeps this process, with all its threads, to some processors, if they can be divided. */
export function keepTo(list: string | undefined): void {
  if (list === kept || list === undefined) return;
  const { status } = spawnSync('taskset', ['-acp', list, String(process.pid)]);
  // It fails if a thread ends meanwhile, and is tried again the next time.
  if (status === 0) kept = list;
}

/** The words before a command that keep it to some processors, if they can be divided. */
export const keptTo = (list: string | undefined): string[] => (list === undefined ? [] : ['taskset', '-c', list]);

/** Reads a list as taskset writes it: `0-3,7`. */
function readList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return part === '' ? [] : Array.from({ length: last - first + 1 }, (_, place) => first + place);
  });
}
