import { spawnSync } from 'node:child_process';

/** The words before a command that keep it to some of the processors; none where that can't be had. */
export interface Processors {
  /** One processor, for what is measured. */
  measured: string[];
  /** All others, for what answers it. */
  answering: string[];
}

/**
 * Divides the processors that `list` names in taskset's words. A function has a processor of its own, and so has a service.
 * Left to itself, the kernel wakes whoever gets a reply on the processor of the one that sent it, which then answers the
 * others late although another processor is idle.
 */
export function divide(list: string): Processors {
  const [first, ...others] = readList(list);
  if (first === undefined || others.length === 0) return { measured: [], answering: [] };
  return { measured: ['taskset', '-c', String(first)], answering: ['taskset', '-c', others.join()] };
}

/** Those that the kernel lets this process use, as Linux's taskset tells them; empty where there is none. */
function allowed(): string {
  const { stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  return /list: (\S+)/.exec(stdout ?? '')?.[1] ?? '';
}

export const PROCESSORS = divide(allowed());

/** Reads a list of processors as taskset writes it: `0-3,7`. */
function readList(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return part === '' ? [] : Array.from({ length: last - first + 1 }, (_, place) => first + place);
  });
}
