import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BOMBS } from '../../fixtures/bad-input.ts';

async function parsingThread(resourceLimits: ResourceLimits = {}): Promise<Worker> {
  const thread = new Worker(new URL('../../support/parsing-thread.ts', import.meta.url), { resourceLimits });
  await once(thread, 'message');
  return thread;
}

async function computing(thread: Worker, text: string): Promise<number> {
  thread.postMessage(text);
  const [milliseconds] = await once(thread, 'message');
  return milliseconds;
}

let thread: Worker;
beforeAll(async () => {
  thread = await parsingThread();
});
afterAll(() => thread.terminate());

/** The most milliseconds of processor time that a message may take. */
const MAX_MILLISECONDS = 50;

/** Milliseconds of processor time: the smallest of up to ten tries, because a shared machine is slow for seconds. */
async function quickest(text: string): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 10 && shortest >= MAX_MILLISECONDS; tries++)
    shortest = Math.min(shortest, await computing(thread, text));
  return shortest;
}

describe('a bomb', () => {
  it.each(BOMBS)('%s is refused within 50 ms', async (_title, text) => {
    expect(await quickest(text)).toBeLessThan(MAX_MILLISECONDS);
  });

  it('needs at most 40 MB of heap, of which the relay itself takes half', async () => {
    const bounded = await parsingThread({ maxOldGenerationSizeMb: 40, maxYoungGenerationSizeMb: 4 });
    onTestFinished(() => void bounded.terminate());
    for (const [title, text] of BOMBS)
      await expect(computing(bounded, text), title).resolves.toEqual(expect.any(Number));
  });
});

describe('a file of the JSON test suite', () => {
  const folder = 'test/fixtures/json-test-suite';
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, text: decoder.decode(readFileSync(`${folder}/${name}`)) }));

  it.each(files)('$name is read or refused within 50 ms', async ({ text }) => {
    expect(await quickest(text)).toBeLessThan(MAX_MILLISECONDS);
  });
});
