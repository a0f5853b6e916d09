import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The path of Debian's package. CHROMIUM sets another one. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * As root Chromium has no sandbox. A container's shared memory is small. Without the other options it calls its maker's
 * hosts.
 */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What is missing to run tests in a browser, as one line; undefined if nothing is. */
export const missing = (): string | undefined =>
  existsSync(CHROMIUM)
    ? undefined
    : `no browser at ${CHROMIUM}: apt-get install -y --no-install-recommends chromium, or set CHROMIUM`;

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/** A desktop, a desktop in dark mode, and the narrowest phone that must work. */
export const SIZES = {
  desk: { viewport: { width: 1280, height: 860 } },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' },
  phone: { viewport: { width: 320, height: 640 } },
} satisfies Record<string, BrowserContextOptions>;

/** Opens a page of its own on the console. Its errors are collected, because its own policy must refuse nothing. */
export async function openConsole(browser: Browser, url: string, options: BrowserContextOptions = SIZES.desk) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(url);
  await page.locator('.scenarios li').first().waitFor();
  return { page, complaints, close: () => context.close() };
}

/** Presses Tab until the wanted element has the focus. Throws an Error if it never gets it. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let step = 0; step < 80; step += 1) {
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never leads to ${selector}`);
}
