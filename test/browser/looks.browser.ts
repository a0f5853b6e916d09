import axe, { type AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { launch, openConsole, SIZES } from './chromium.ts';
import { type StartedStack, startStack } from './started-stack.ts';

let browser: Browser;
let stack: StartedStack;
beforeAll(async () => {
  [browser, stack] = await Promise.all([launch(), startStack()]);
});
afterAll(() => Promise.all([browser?.close(), stack?.stop()]));

const PICTURE = { viewport: { width: 1280, height: 800 } };

it('takes the screenshots of the README', async () => {
  const folder = process.env.PICTURES ?? `${PROJECT}/.local`;
  const { page, close } = await openConsole(browser, stack.url, PICTURE);
  for (const name of [/^A plain change/, /^Wrong/, /^Twice/, /^Reply lost/])
    await page.getByRole('button', { name }).click();
  await page.locator('.verdict.good').filter({ hasText: 'The reply is lost' }).waitFor({ timeout: 30_000 });
  await page.locator('.message').waitFor({ state: 'hidden' });
  await page.screenshot({ path: `${folder}/console.png` });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: `${folder}/console-dark.png` });
  await close();
});

/** The findings of axe, as sentences with their place. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations: found } = await page.evaluate<AxeResults>('axe.run(document)');
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html)
        .join(' ')}`,
  );
}

/** How many pixels the page is wider than its window. */
const OVERHANG = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** How many pixels the page is longer than its window, where every part should scroll by itself. */
const OVERLENGTH = `matchMedia('(min-width: 900px)').matches
  ? document.documentElement.scrollHeight - Math.max(720, document.documentElement.clientHeight) : 0`;

/** Shows the page in each of its states, one after the other. */
const STATES: [string, (page: Page) => Promise<unknown>][] = [
  ['with nothing sent', async () => {}],
  [
    'with a story of two calls',
    async (page) => {
      await page.getByRole('button', { name: /Busy/ }).click();
      await page.locator('.verdict.good').waitFor({ timeout: 30_000 });
    },
  ],
  [
    'with all outcomes, a fault and problems',
    async (page) => {
      await page.getByRole('button', { name: /start-up samples/ }).click();
      await page.locator('.faults-form select').first().selectOption('throttled');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.locator('.faults').waitFor();
      await page.locator('textarea').fill('{}');
      await page.locator('.problems li').first().waitFor();
      await page.getByRole('button', { name: /older$/ }).click();
      await page.getByRole('link', { name: 'dcs-update-missing-task' }).click();
      await page.locator('.advice').waitFor();
    },
  ],
  ['with its keys', async (page) => page.getByRole('button', { name: 'Keys' }).click()],
];

describe.each(Object.entries(SIZES))('at the %s', (_size, options) => {
  it("passes axe's checks, and never scrolls sideways", async () => {
    const { page, complaints, close } = await openConsole(browser, stack.url, options);
    for (const [state, reach] of STATES) {
      await reach(page);
      expect(await violations(page), state).toEqual([]);
      expect(await page.evaluate(OVERHANG), state).toBeLessThanOrEqual(0);
      expect(await page.evaluate(OVERLENGTH), state).toBeLessThanOrEqual(0);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Switch all off' }).click();
    expect(complaints).toEqual([]);
    await close();
  });
});

it('does not move anything by itself', async () => {
  const { page, close } = await openConsole(browser, stack.url);
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  await close();
});
