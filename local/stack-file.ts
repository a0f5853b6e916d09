import { readFile, rm, writeFile } from 'node:fs/promises';
import { STACK_FILE } from '../src/operator/stage/local-stack.ts';
import type { Stack } from './stack.ts';

/** Writes the addresses. The stack that started last is the one that is found. */
export async function writeStackFile({ webhookUrl, simulatorUrl, queues, endpoints }: Stack): Promise<void> {
  const addresses = { pid: process.pid, webhookUrl, simulatorUrl, queues, endpoints };
  await writeFile(STACK_FILE, `${JSON.stringify(addresses, null, 2)}\n`);
}

/** Removes the file if this process wrote it. */
export async function removeStackFile(): Promise<void> {
  const content = await readFile(STACK_FILE, 'utf8').catch(() => '{}');
  if (JSON.parse(content).pid === process.pid) await rm(STACK_FILE, { force: true });
}
