import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeText, startConsole } from '../local/console/started-console.ts';
import { launch, openConsole } from './chromium.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

describe('a page whose stack ends', () => {
  it('says so, reconnects by itself, and starts its list again', async () => {
    const first = await startConsole();
    const { page, close } = await openConsole(browser, first.url);
    first.hooks.sent(changeText('before'), 'dcs.fifo');
    await page.getByRole('link', { name: 'before' }).waitFor();
    await first.close();
    await page.getByText('reconnecting').waitFor();

    const second = await startConsole([], Number(new URL(first.url).port));
    await page.getByText('The stack was restarted').waitFor({ timeout: 15_000 });
    expect(await page.locator('.connection').innerText()).toContain('live');
    expect(await page.getByRole('link', { name: 'before' }).count()).toBe(0);
    second.hooks.sent(changeText('after'), 'dcs.fifo');
    await page.getByRole('link', { name: 'after' }).waitFor();
    await page.getByText('The stack was restarted').waitFor({ state: 'hidden', timeout: 10_000 });
    await close();
    await second.close();
  });
});

describe('what a sender wrote', () => {
  it('is shown as text, whatever it looks like', async () => {
    const served = await startConsole();
    const { page, complaints, close } = await openConsole(browser, served.url);
    const id = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    served.hooks.sent(changeText(id), 'dcs.fifo');
    await page.getByRole('link', { name: id }).click();
    expect(await page.locator('#story-title').innerText()).toBe(id);
    expect(await page.locator('#page img, #page script').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
    await served.close();
  });
});
