import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { keptTo, PROCESSORS } from './processors.ts';

/** A process that takes longer is ended, so that the benchmark always ends. */
const LIMIT = 180_000;

/** A program to run in a new process. */
interface Launch {
  program: string;
  argument?: string;
  environment?: Record<string, string>;
  /** Options of Node itself. */
  options?: string[];
  /** True to run it on the processor without services. */
  apart?: boolean;
}

/** Runs a program in a folder of its own and discards its log. Returns its report and its start time. */
export async function runProgram<T>({ program, argument = '{}', environment = {}, options = [], apart }: Launch) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-run-'));
  const started = Number(process.hrtime.bigint()) / 1e6;
  const taskset = apart ? keptTo(PROCESSORS.measured) : [];
  const [command = '', ...words] = [...taskset, process.execPath, ...options, program, argument];
  const child = spawn(command, words, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: LIMIT,
    killSignal: 'SIGKILL',
  });
  const [errors, report] = await Promise.all([text(child.stderr as Readable), text(child.stdio[3] as Readable)]);
  await rm(folder, { recursive: true, force: true });
  if (report === '') throw new Error(`a measured process gave no report: ${errors.slice(-2000)}`);
  return { started, report: JSON.parse(report) as T };
}
