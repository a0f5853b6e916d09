import type { AwsCall } from '../../src/lib/aws/call.ts';
import { AwsFailure } from '../../src/lib/aws/failure.ts';
import type { ItemInput } from '../../stand-ins/dynamodb/item.ts';
import type { Table } from '../../stand-ins/dynamodb/table.ts';
import { ServiceError } from '../../stand-ins/json-server.ts';
import type { Clock } from './clock.ts';
import type { Faults, LedgerFault } from './faults.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import { currentStep, currentUid, type Step } from './step.ts';

interface TableDependencies {
  table: Table;
  clock: Clock;
  random: Random;
  faults: Faults;
  process: Process;
  /** The client gives a request up after this many milliseconds. */
  deadline: number;
  /** Called after every write that took effect. */
  written(uid: string, step: Step): void;
}

/** The calls of DynamoDB that one process makes. They take time, and fail as the faults say. */
export const createTableCall = (dependencies: TableDependencies): AwsCall =>
  ((operation: string, input: ItemInput) =>
    dependencies.process.io(currentStep(), () => request(dependencies, operation, input))) as AwsCall;

async function request(dependencies: TableDependencies, operation: string, input: ItemInput): Promise<unknown> {
  const { clock, random, faults, table } = dependencies;
  const [uid, step] = [currentUid(), currentStep()];
  await clock.sleep(random.between(2, 12));
  const fault = faults.ledger(step, uid);
  if (operation === 'GetItem') {
    if (fault !== 'throttle') return call(table, operation, input);
    return throttled(dependencies);
  }
  const write = () => {
    const output = call(table, operation, input);
    dependencies.written(uid, step);
    return output;
  };
  return fault === undefined ? write() : FAULTY[fault](dependencies, write, step);
}

/** Calls the table. A refusal is an error as the relay's own client throws it. */
function call(table: Table, operation: string, input: ItemInput) {
  try {
    return table.call(operation, input);
  } catch (error) {
    throw error instanceof ServiceError ? new AwsFailure(error.code, error.status) : error;
  }
}

/** The client made the call three times and gives up. */
async function throttled({ clock, random, faults }: TableDependencies): Promise<never> {
  await clock.sleep(random.between(100, 500));
  faults.fired('store_throttle');
  throw errorNamed('ThrottlingException');
}

const errorNamed = (name: string) => Object.assign(new Error(`canary-sdk-text ${name}`), { name });

type Faulty = (dependencies: TableDependencies, write: () => unknown, step: Step) => Promise<unknown>;

const FAULTY: Record<LedgerFault, Faulty> = {
  throttle: throttled,
  /** The write took effect, its reply was lost, and the client repeats the call. */
  async lost_reply_repeated({ clock, random, faults }, write, step) {
    write();
    faults.fired(`store_lost_reply_${step}`);
    await clock.sleep(random.between(300, 1500));
    return write();
  },
  /** The write took effect, and no repeat succeeded in time. */
  async lost_reply({ clock, faults, deadline }, write, step) {
    write();
    faults.fired(`store_lost_reply_${step}`);
    await clock.sleep(deadline);
    throw errorNamed('TimeoutError');
  },
  /** The first request is slow and takes effect long after its repeat. */
  async delayed({ clock, random, faults }, write) {
    faults.fired('store_delayed_write');
    clock.at(clock.now() + random.between(1000, 10_000), () => ignoreFailure(write));
    if (random.chance(0.5)) {
      await clock.sleep(500);
      return write();
    }
    await clock.sleep(2000);
    throw errorNamed('TimeoutError');
  },
  async item_too_large({ faults }) {
    faults.fired('store_item_too_large');
    throw errorNamed('ValidationException');
  },
};

/** Makes a late write, for whose reply nobody waits. */
function ignoreFailure(write: () => unknown): void {
  try {
    write();
  } catch {
    // Its condition didn't hold any more.
  }
}
