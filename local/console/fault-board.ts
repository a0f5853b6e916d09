import type { SimulatorControl, SimulatorFault } from '../simulator-control.ts';
import { createKillFaults } from './kill-faults.ts';
import type { Platform } from './platform.ts';
import {
  findSwitch,
  isPlatformFault,
  kills,
  PLATFORM_FAULTS,
  type PlatformFault,
  type Scope,
  type Switch,
  simulatorFaults,
} from './switches.ts';

/** A fault that can still occur, as the banner shows it. */
interface ActiveFault {
  title: string;
  /** How often it will still occur; null means until it is switched off. */
  left: number | null;
  /** The unit of `left`, if it is not calls. */
  counts?: Switch['counts'];
  task?: string | undefined;
}

/** The faults of the simulator that belong to one switch. */
interface Group extends Scope {
  name: string;
  ids: string[];
}

/** Sets faults, and knows which can still occur, including those that others set at the simulator. */
export function createFaultBoard(simulator: () => SimulatorControl | undefined, platform: Platform) {
  let groups: Group[] = [];
  /** The switch of each fault that was set here, including faults that have occurred. */
  const names = new Map<string, string>();
  const killFaults = createKillFaults(platform.kill);
  /** The faults of the simulator that can still occur. */
  let active: SimulatorFault[] = [];

  const refresh = async () => {
    const control = simulator();
    if (!control) return;
    active = (await control.faults()).filter(({ calls = Infinity, fired }) => fired < calls);
    const over = groups.filter((group) => leftOf(group, active) === 0);
    groups = groups.filter((group) => !over.includes(group));
    // When one of a switch's faults occurs, all of them are used up.
    const usedUp = new Set(over.flatMap(({ ids }) => ids));
    active = active.filter(({ id }) => !usedUp.has(id));
    await Promise.allSettled([...usedUp].map((id) => control.removeFault(id)));
  };

  return {
    refresh,
    async set(name: string, { times, task }: Scope) {
      if (isPlatformFault(name)) return platform.set(name, times ?? Number.POSITIVE_INFINITY, task);
      const wanted = simulatorFaults(name, { times, task });
      const ids = await Promise.all(wanted.map((fault) => simulator()?.addFault(fault) ?? ''));
      groups.push({ name, times, task, ids });
      for (const id of ids) names.set(id, name);
      if (kills(name)) killFaults.add(ids, times);
      return refresh();
    },
    async clear() {
      platform.clear();
      groups = [];
      names.clear();
      killFaults.clear();
      await simulator()?.clearFaults();
      await refresh();
    },
    /** To be called with new entries of the simulator's log. Ends the functions whose call had a fault that kills. */
    watch: killFaults.watch,
    active(): ActiveFault[] {
      const own = new Set(groups.flatMap(({ ids }) => ids));
      return [
        ...groups.map((group) => ({
          title: titleOf(group.name),
          left: leftOf(group, active),
          task: group.task,
          ...countsOf(findSwitch(group.name)),
        })),
        ...active.filter(({ id }) => !own.has(id)).map((fault) => withoutSwitch(fault, names.get(fault.after ?? ''))),
        ...PLATFORM_FAULTS.filter((name) => platform.left(name) > 0).map((name) => ofPlatform(name, platform)),
      ];
    },
  };
}
export type FaultBoard = ReturnType<typeof createFaultBoard>;

const titleOf = (name: string) => findSwitch(name)?.title ?? name;
const finite = (times: number) => (Number.isFinite(times) ? times : null);
const ofPlatform = (name: PlatformFault, { left }: Platform) => ({ title: titleOf(name), left: finite(left(name)) });

/** How often a switch's failure will still occur. A fault that is no longer listed has occurred as often as it may. */
function leftOf({ times, ids }: Group, active: SimulatorFault[]): number | null {
  const own = active.filter(({ id }) => ids.includes(id));
  if (times === undefined) return own.length > 0 ? null : 0;
  if (own.length < ids.length) return 0;
  const [until] = own.flatMap((fault) => fault.until ?? []);
  if (until !== undefined) return secondsTo(until);
  return Math.max(0, times - Math.max(...own.map(({ fired }) => fired)));
}

const secondsTo = (until: string) => Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1000));
const countsOf = (one: Switch | undefined): Pick<ActiveFault, 'counts'> => (one?.counts ? { counts: one.counts } : {});

/** A fault that belongs to no switch: it follows from another one, or it was not set here. */
const withoutSwitch = ({ calls, fired, match, until }: SimulatorFault, name: string | undefined): ActiveFault => ({
  title: name === undefined ? 'a fault set by another program at the simulator' : `reads, after: ${titleOf(name)}`,
  left: until !== undefined ? secondsTo(until) : calls === undefined ? null : calls - fired,
  task: match?.task,
  ...(until !== undefined && { counts: 'seconds' }),
});
