import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { OperatorError } from '../fault.ts';

/** The addresses of a stack that runs on this machine, from the file that it writes. */
export interface LocalStack {
  pid: number;
  webhookUrl: string;
  simulatorUrl: string;
  /** AWS_ENDPOINT_URL_* of its stand-ins. */
  endpoints: Record<string, string>;
}

/** The file into which the stack that started last writes its addresses. */
export const STACK_FILE = fileURLToPath(new URL('../../../.local/stack.json', import.meta.url));

/** Finds the local stack by its file, or by the file that RELAY_STACK_FILE names. Throws an OperatorError when none runs. */
export async function findLocalStack(env: NodeJS.ProcessEnv): Promise<LocalStack> {
  const text = await readFile(env.RELAY_STACK_FILE ?? STACK_FILE, 'utf8').catch(() => undefined);
  const stack = text === undefined ? undefined : (JSON.parse(text) as LocalStack);
  if (stack && isRunning(stack.pid)) return stack;
  throw new OperatorError('no_such_stage', 'denied', [
    { message: 'no local stack is running', fix: 'npm start in another terminal, or name a stage: --stage NAME' },
  ]);
}

/** True for the id of a living process. */
export function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
