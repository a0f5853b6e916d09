import type { Tasks } from '../changes.ts';

/** Some batches of ten, one after the other. */
export interface Stage {
  batches: number;
  tasks: Tasks;
}

/** What one fresh process does with one function. */
export interface Plan {
  /** Path of the bundle. */
  bundle: string;
  stages: Stage[];
  /** The cgroup.procs file that the process joins after its init. */
  hold?: string;
}

/** What a process measured of one stage. */
export interface StageReport {
  /** Milliseconds of each batch. */
  batches: number[];
  /** Microseconds of processor time. */
  cpu: number;
  /** Bytes after a collection; zero where none can be asked for. */
  memory: { heap: number; rss: number };
}

/** What a process measured; moments are milliseconds of the machine's monotonic clock. */
export interface Report {
  /** When the function's module was loaded. */
  ready: number;
  stages: StageReport[];
}
