import { AsyncLocalStorage } from 'node:async_hooks';

/** The relay's way in steps; a worker can end before and after each. */
export const STEPS = [
  'claim',
  'takeover',
  'read',
  'guard',
  'call',
  'store',
  'note',
  'release',
  'lookup',
  'publish',
  'postpone',
  'secret',
  'breaker',
  'ack',
] as const;
export type Step = (typeof STEPS)[number];
export type When = 'before' | 'after';

/** What a delivery under way is about, so that the world's log can tell whose request it got. */
export interface Trace {
  uid: string;
  step: Step;
}

const traces = new AsyncLocalStorage<Trace>();

/** Runs a delivery so that all its requests are logged under the change that it carries. */
export const asDelivery = <T>(uid: string, run: () => T): T => traces.run({ uid, step: 'claim' }, run);

/** The change that the running code carries. */
export const currentUid = () => traces.getStore()?.uid ?? '';

/** The step that the ledger's next request belongs to. */
export const currentStep = (): Step => traces.getStore()?.step ?? 'lookup';

type Methods<Port> = { [Name in keyof Port]: (...rest: never[]) => unknown };

/** A port whose methods name the step that the running delivery is at. */
export function namingSteps<Port extends Methods<Port>>(port: Port, steps: Record<keyof Port, Step>): Port {
  const methods = Object.entries<Step>(steps).map(([name, step]) => {
    const method = (...rest: never[]) => {
      const trace = traces.getStore();
      if (trace) trace.step = step;
      return port[name as keyof Port](...rest);
    };
    return [name, method];
  });
  return Object.fromEntries(methods) as Port;
}
