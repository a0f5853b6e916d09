import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../local/console/scenarios.ts';
import { launch, openConsole } from './chromium.ts';
import { type StartedStack, startStack } from './started-stack.ts';

let browser: Browser;
let stack: StartedStack;
beforeAll(async () => {
  [browser, stack] = await Promise.all([launch(), startStack()]);
});
afterAll(() => Promise.all([browser?.close(), stack?.stop()]));

/** The words beside the counts and in the sentence, if they are not the outcome's own word. */
const VERDICTS: Record<string, string> = { unknown: '\\? an unknown outcome has nothing', dead: '… no outcome' };
const SENTENCES: Record<string, string> = { unknown: 'neither its reply nor a later read', dead: 'dead-letter queue' };

describe('on a fresh start', () => {
  it('the page shows the scenarios, and no change that a person did not send', async () => {
    const { page, complaints, close } = await openConsole(browser, stack.url);
    expect(await page.locator('.scenarios .about').count()).toBe(SCENARIOS.length);
    expect(await page.locator('.rows tbody tr').count()).toBe(0);
    expect(await page.locator('.rows').innerText()).toContain('Nothing was sent yet');
    await page.getByRole('button', { name: /start-up samples/ }).click();
    expect(await page.locator('.rows tbody tr').count()).toBeGreaterThan(50);
    expect(await page.locator('.count.bad').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it.for(SCENARIOS)(
    '$title: one click, and the change ends as expected',
    { concurrent: true },
    async (scenario, { expect }) => {
      const { page, complaints, close } = await openConsole(browser, stack.url);
      await page.getByRole('button', { name: scenario.title }).click();
      const verdict = page.locator('.verdict.good, .verdict.bad').first();
      await verdict.waitFor({ timeout: 70_000 });
      expect(await verdict.innerText()).toMatch(/: as expected/);
      const { outcome, received, applied } = scenario.expected;
      await page
        .locator('.story .provider')
        .filter({
          hasText: new RegExp(`received ${received} · applied ${applied} ·\\s+${VERDICTS[outcome] ?? '✓ agrees'}`),
        })
        .first()
        .waitFor();
      expect(await page.locator('.rows tr.current .state').innerText()).toContain(outcome);
      expect(await page.locator('.sentence').innerText()).toMatch(new RegExp(SENTENCES[outcome] ?? outcome, 'i'));
      expect(await page.locator('.calls > ol > li').count()).toBeGreaterThanOrEqual(received);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it('the page leads from an unknown outcome to its resolution', async () => {
    const { page, complaints, close } = await openConsole(browser, stack.url);
    await page.getByRole('link', { name: /^nobody-can-tell-/ }).click();
    const applied = page.getByRole('button', { name: 'It was applied' });
    expect(await applied.isDisabled()).toBe(true);
    await page.getByLabel('How you know').fill('the task says auto');
    await applied.click();
    await page.locator('.sentence').filter({ hasText: 'found it applied' }).waitFor();
    await applied.waitFor({ state: 'hidden' });
    expect(await page.locator('.rows tr.current .state').innerText()).toMatch(/unknown → applied \(by \S+\)/);
    expect(complaints).toEqual([]);
    await close();
  });

  it('the page leads from a dead letter to its replay', async () => {
    const { page, complaints, close } = await openConsole(browser, stack.url);
    await page.getByRole('link', { name: /^dead-letter-/ }).click();
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.locator('.sentence').filter({ hasText: 'Succeeded' }).waitFor({ timeout: 30_000 });
    expect(complaints).toEqual([]);
    await close();
  });

  it('the page shows what happened to a function that was killed', async () => {
    const { page, close } = await openConsole(browser, stack.url);
    await page.getByRole('link', { name: /^killed-/ }).click();
    const timelineText = await page.locator('.timeline').innerText();
    expect(timelineText).toContain('the worker ended with SIGKILL');
    expect(timelineText).toContain('delivered again');
    await close();
  });
});
