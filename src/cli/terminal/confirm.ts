import { OperatorError, usage } from '../../operator/fault.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import type { Screen } from './screen.ts';

/** Asks like `confirmWrite`, for a write that may be left out: false if the operator declines, or can't be asked. */
export async function mayWrite(screen: Screen, { name, region, isLocal }: Stage, what: string): Promise<boolean> {
  if (isLocal) return true;
  screen.say(`stage ${name} · ${region}: ${what}`, 'bold');
  return screen.options.yes || (screen.canAsk() && screen.ask('Go on?'));
}

/** Names the target of a write to a deployed stage and asks for confirmation. Without a terminal it requires --yes. */
export async function confirmWrite(screen: Screen, { name, region, isLocal }: Stage, what: string): Promise<void> {
  if (isLocal) return;
  screen.say(`stage ${name} · ${region}: ${what}`, 'bold');
  if (screen.options.yes) return;
  if (!screen.canAsk()) throw usage(`writing to stage ${name} needs your confirmation`, { fix: 'add --yes' });
  if (!(await screen.ask('Go on?')))
    throw new OperatorError('declined', 'interrupted', [{ message: 'nothing was done' }]);
}
