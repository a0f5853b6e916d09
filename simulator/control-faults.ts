import { type Control, parsed, removed } from './control-answers.ts';
import { FaultRequest } from './faults.ts';

/** Adds a fault, and stops listening for one that refuses connections. */
export const addFault: Control = (world, { body }) => {
  const fault = world.faults.add(parsed(FaultRequest, body ?? {}));
  const { id, refuse_ms } = fault;
  if (refuse_ms !== undefined) {
    fault.until = new Date(world.clock() + refuse_ms).toISOString();
    world.listener.shut(refuse_ms, () => world.faults.remove(id));
  }
  return { status: 201, body: fault };
};

/** Removes one fault. */
export const removeFault: Control = (world, { ids: [id = ''] }) => {
  const refuses = world.faults.all().some((fault) => fault.id === id && fault.refuse_ms !== undefined);
  const was = world.faults.remove(id);
  if (refuses) world.listener.open();
  return removed('fault', was);
};

/** Removes all faults. */
export const clearFaults: Control = (world) => {
  world.faults.clear();
  world.listener.open();
  return { status: 204 };
};
