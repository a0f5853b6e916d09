import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeText,
  logLine,
  resultText,
  type StartedConsole,
  startConsole,
} from '../local/console/started-console.ts';
import { launch, openConsole } from './chromium.ts';

/** The console alone, with events as a stack reports them: no stack on one machine makes so many. */
let served: StartedConsole;
let browser: Browser;
beforeAll(async () => {
  [browser, served] = await Promise.all([launch(), startConsole()]);
});
afterAll(() => Promise.all([browser?.close(), served?.close()]));

const PER_TICK = 10;
const TICK = 10;
const SECONDS = 10;
const ALL = (SECONDS * 1000 * PER_TICK) / TICK;

/** A change from sending to result, in four events. */
function happen(id: string): void {
  const text = changeText(id);
  served.hooks.sent(text, 'dcs.fifo');
  served.hooks.delivered([{ Body: text, MessageId: `m-${id}` }]);
  served.hooks.published({ detail: resultText(id) });
  served.hooks.log({ source: 'f', line: logLine(id), level: 'info' });
}

/** A thousand changes a second, by the clock, because a timer may be late. */
async function flood(): Promise<number> {
  const began = performance.now();
  for (let done = 0; done < ALL; ) {
    const due = Math.min(ALL, Math.floor(((performance.now() - began) / TICK) * PER_TICK));
    for (; done < due; done += 1) happen(`load-${done}`);
    await wait(TICK);
  }
  return performance.now() - began;
}

/** Clicks on filters and on rows until it is stopped. */
async function clickAround(page: Page, isOver: () => boolean): Promise<number> {
  const rows = await page.locator('.rows').boundingBox();
  const filters = ['All', 'In flight', 'Not succeeded'];
  let clicks = 0;
  for (; !isOver(); clicks += 2) {
    await page
      .locator('.filters button')
      .nth(clicks % filters.length)
      .click();
    await page.mouse.click((rows?.x ?? 0) + 130, (rows?.y ?? 0) + 90);
    await wait(300);
  }
  return clicks;
}

/** The time from each click to the painting that follows it, in milliseconds, as the browser measures it. */
const WATCH_CLICKS = `
  globalThis.clicks = [];
  new PerformanceObserver((list) => {
    clicks.push(...list.getEntriesByName('click').map(({ duration }) => duration));
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
`;

describe('under a thousand changes a second for ten seconds', () => {
  it('the page reacts to every click within 200 ms, and shows the last change soon after', async () => {
    const { page, complaints, close } = await openConsole(browser, served.url);
    await page.evaluate(WATCH_CLICKS);
    let isOver = false;
    const clicking = clickAround(page, () => isOver);
    const took = await flood();
    isOver = true;
    const clicks = await clicking;
    const ended = performance.now();
    await page.locator('.filters button').first().click();
    await page.getByRole('link', { name: `load-${ALL - 1}`, exact: true }).waitFor();
    const behind = performance.now() - ended;
    const slowest = await page.evaluate<number>('Math.max(0, ...clicks)');
    process.stdout.write(
      `${ALL} changes in ${(took / 1000).toFixed(1)} s; ${clicks} clicks, the slowest painted after ${slowest} ms; the last change shown ${Math.round(behind)} ms after the end\n`,
    );
    expect(took).toBeLessThan(SECONDS * 1000 + 1500);
    expect(clicks).toBeGreaterThan(20);
    expect(slowest).toBeLessThan(200);
    expect(behind).toBeLessThan(1000);
    expect(complaints).toEqual([]);
    await close();
  });
});
