import { MODES } from './cloud-tasks.ts';
import type { Random } from './random.ts';
import type { Values } from './task.ts';

const METHODS = ['full_amount_migration', 'incremental_migration'] as const;

/** The body of a configuration. It has one of few values, so that changes coincide. */
export function someConfiguration(random: Random): Values {
  const host = () => `10.0.0.${random.between(1, 5)}:6379`;
  return {
    migration_method: random.pick(METHODS),
    resume_mode: random.pick(MODES),
    source_instance: { addrs: host() },
    target_instance: { id: `instance-${random.between(1, 3)}` },
  };
}

/** The body of a configuration as an orchestrator writes it, with the instances of its own migration. */
export function ownConfiguration(random: Random): Values {
  const host = [10, random.between(0, 255), random.between(0, 255), random.between(1, 254)].join('.');
  return {
    ...someConfiguration(random),
    source_instance: { addrs: `${host}:6379` },
    target_instance: { id: `instance-${random.id()}` },
  };
}
