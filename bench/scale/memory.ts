import { readFileSync } from 'node:fs';

/** Megabytes that a process holds in memory now; 0 for one that has ended. Linux only, elsewhere 0. */
export function residentMegabytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
