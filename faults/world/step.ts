import { AsyncLocalStorage } from 'node:async_hooks';

/** The steps of the relay. A worker can end before and after each. `guard` is a write of the subject lock. */
export type Step =
  | 'claim'
  | 'takeover'
  | 'read'
  | 'guard'
  | 'call'
  | 'store'
  | 'note'
  | 'release'
  | 'lookup'
  | 'publish'
  | 'postpone'
  | 'secret'
  | 'breaker'
  | 'ack';
export type When = 'before' | 'after';

/** The change and the step of a running delivery, by which the provider's log knows whose a request is. */
interface Trace {
  uid: string;
  step: Step;
}

const traces = new AsyncLocalStorage<Trace>();

/** Runs a delivery so that all its requests are logged with the uid of its change. */
export const asDelivery = <T>(uid: string, run: () => T): T => traces.run({ uid, step: 'claim' }, run);

/** The uid of the change that the running code handles. */
export const currentUid = () => traces.getStore()?.uid ?? '';

/** The step of the ledger's next request. */
export const currentStep = (): Step => traces.getStore()?.step ?? 'lookup';

type Methods<Port> = { [Name in keyof Port]: (...rest: never[]) => unknown };

/** The same port, with methods that note the step of the running delivery. */
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
