import type { Session } from '../session.ts';
import { EXIT } from './exit-codes.ts';
import { CliFault, usage } from './fault.ts';

/** Names the target of a write; on a stage that is not local it asks on a terminal, and elsewhere wants --yes. */
export async function confirmWrite({ screen, stage }: Session, what: string): Promise<void> {
  const { name, region, isLocal } = await stage();
  if (isLocal) return;
  screen.say(`stage ${name} · ${region}: ${what}`, 'bold');
  if (screen.manner.yes) return;
  if (!screen.canAsk()) throw usage(`writing to stage ${name} needs a yes`, { fix: 'add --yes' });
  if (!(await screen.ask('Go on?')))
    throw new CliFault('declined', EXIT.interrupted, [{ message: 'nothing was done' }]);
}
