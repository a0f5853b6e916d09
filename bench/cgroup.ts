import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';
/** The length of a period in microseconds. It is short, so that a batch lasts for many. */
const PERIOD = 20_000;

/** A control group, whose processes together get a part of one processor. */
interface ProcessorGroup {
  /** The file that a process writes its id to. */
  processes: string;
  /** Removes the group once its processes have ended. */
  release(): Promise<void>;
}

/** Makes a control group, with either version of Linux's control groups. If that is not possible, it returns the reason. */
export async function limitProcessor(share: number): Promise<ProcessorGroup | { skipped: string }> {
  try {
    const isNew = await exists(join(ROOT, 'cgroup.controllers'));
    return await (isNew ? limitByVersion2(share) : limitByVersion1(share));
  } catch (error) {
    return { skipped: `no control group can be made here (${(error as NodeJS.ErrnoException).code ?? error})` };
  }
}

async function limitByVersion2(share: number): Promise<ProcessorGroup | { skipped: string }> {
  const available = await readFile(join(ROOT, 'cgroup.subtree_control'), 'utf8');
  if (!available.split(/\s+/).includes('cpu'))
    return { skipped: 'the control groups here do not govern the processor' };
  const group = await makeGroup(ROOT);
  await writeFile(join(group.folder, 'cpu.max'), `${Math.round(PERIOD * share)} ${PERIOD}`);
  return group;
}

async function limitByVersion1(share: number): Promise<ProcessorGroup> {
  const group = await makeGroup(join(ROOT, 'cpu'));
  await writeFile(join(group.folder, 'cpu.cfs_period_us'), String(PERIOD));
  await writeFile(join(group.folder, 'cpu.cfs_quota_us'), String(Math.round(PERIOD * share)));
  return group;
}

async function makeGroup(parent: string): Promise<ProcessorGroup & { folder: string }> {
  const folder = join(parent, `bench-${process.pid}`);
  await mkdir(folder);
  return { folder, processes: join(folder, 'cgroup.procs'), release: () => remove(folder) };
}

/** A group can be removed only a moment after its last process has ended. */
async function remove(folder: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      return await rmdir(folder);
    } catch {
      await sleep(50);
    }
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
