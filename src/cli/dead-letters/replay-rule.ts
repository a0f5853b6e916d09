import type { Forecast } from './forecast.ts';

/** What a replay can only do good to. */
const HELPED: ReadonlySet<Forecast['kind']> = new Set<Forecast['kind']>(['call', 'publish-again', 'read-first']);

/**
 * Whether a dead letter may be put back, for the command and the console alike. What a replay would only spoil stays where
 * it is; what might come after newer changes of its task goes only when a person has looked and asks for that.
 */
export function mayReplay({ kind }: Forecast, outOfOrder = false): boolean {
  return HELPED.has(kind) || (outOfOrder && mayOnlyOutOfOrder({ kind }));
}

/** True for one that goes when its order is given up, and not otherwise. */
export const mayOnlyOutOfOrder = ({ kind }: Pick<Forecast, 'kind'>) => kind === 'out-of-order';
