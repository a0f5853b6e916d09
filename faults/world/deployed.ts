import type { Operation, Revision } from '../../src/lib/operations/operation.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** What a worker keeps from its start to its end. */
export interface WorkerSettings {
  revision: Revision;
  allowInlineSecrets: boolean;
  maxAttempts: number;
  maxAge: number;
  /** Operations in other versions than the run's own. */
  replaced: readonly Operation[];
}

/** What is deployed at a time, in milliseconds after a run's start; what it doesn't name is as in the beginning. */
export interface Deployment {
  at: number;
  settings: Partial<WorkerSettings>;
}

/** A deployment replaces the running workers within this many milliseconds. */
const ROLLOUT = 300_000;

/** Settings for a worker that starts now, by which deployment, and when it is replaced at the latest. */
export type Deployed = () => { settings: WorkerSettings; version: number; until: number };

/** Deploys by a plan. */
export function createDeployed(
  clock: Clock,
  random: Random,
  base: WorkerSettings,
  plan: readonly Deployment[],
): Deployed {
  const start = clock.now();
  return () => {
    const passed = clock.now() - start;
    const version = plan.filter(({ at }) => at <= passed).length;
    const [settings, next] = [plan[version - 1]?.settings, plan[version]];
    return {
      version,
      settings: { ...base, ...settings },
      until: next ? start + next.at + random.between(0, ROLLOUT) : Number.POSITIVE_INFINITY,
    };
  };
}
