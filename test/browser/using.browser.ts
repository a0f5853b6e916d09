import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launch, openConsole, tabTo } from './chromium.ts';
import { type StartedStack, startStack } from './started-stack.ts';

let browser: Browser;
let stack: StartedStack;
beforeAll(async () => {
  [browser, stack] = await Promise.all([launch(), startStack()]);
});
afterAll(() => Promise.all([browser?.close(), stack?.stop()]));

let page: Page;
let opened: Awaited<ReturnType<typeof openConsole>>;
beforeEach(async () => {
  opened = await openConsole(browser, stack.url);
  ({ page } = opened);
});
afterEach(async () => {
  expect(opened.complaints).toEqual([]);
  await opened.close();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const sentence = (text: string | RegExp) =>
  page.locator('.sentence').filter({ hasText: text }).waitFor({ timeout: 30_000 });
const pick = (sample: string) => page.locator('.send select').selectOption({ label: sample });

describe('by keyboard alone', () => {
  it('a change is sent and its result read, within 15 s of the page', async () => {
    const began = performance.now();
    await tabTo(page, 'textarea');
    await page.keyboard.press('Control+Enter');
    await sentence('Succeeded');
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('a scenario is started, the list walked, a story opened and left, and the keys shown', async () => {
    await tabTo(page, '.scenarios button');
    await page.keyboard.press('Enter');
    await sentence('Succeeded');
    await tabTo(page, '.rows a');
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    const first = await focused();
    await page.keyboard.press('j');
    expect(await focused()).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe(first);
    await page.keyboard.press('j');
    const second = await focused();
    await page.keyboard.press('Enter');
    await page.locator('#story-title:focus').waitFor();
    expect(await focused()).toBe(second);
    await page.keyboard.press('Escape');
    expect(await focused()).toBe(second);
    await page.keyboard.press('/');
    await page.keyboard.type('no such change');
    await page.getByText('No change matches').waitFor();
    expect(page.url()).toContain('find=no+such+change');
    await page.getByRole('searchbox').fill('');
    await tabTo(page, '.rows a');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });
});

describe('the form', () => {
  it('names what is wrong by its path before anything is sent, and keeps the text', async () => {
    await page
      .locator('textarea')
      .fill(
        '{"specversion":"1.0","id":"x","source":"s","type":"migration.dcs.migration-task.update","data":{"task_id":7}}',
      );
    await page.getByText('data.task_id').waitFor();
    expect(await page.locator('.problems').innerText()).toMatch(/problems?\s/);
    await page.reload();
    expect(await page.locator('textarea').inputValue()).toContain('"task_id":7');
    await button('Back to the sample').click();
    await page.locator('.problems').getByText('valid').waitFor();
  });

  it('sends the same again, other content, and an older sequence, and shows what the relay makes of each', async () => {
    await button(/^Send/).click();
    await sentence('Succeeded');
    const ref = await page.locator('#story-title').innerText();
    await button('Same id again').click();
    await page.getByText('published 2 times').waitFor();
    await button('Same id, other content').click();
    await sentence(/Rejected/);
    expect(await page.locator('#story-title').innerText()).toBe(ref);
    await button('Older sequence').click();
    await sentence('Superseded');
  });

  it('hides the password of a sample, and sends it nevertheless', async () => {
    await pick('dcs-configure-incremental → succeeded');
    expect(await page.locator('textarea').inputValue()).toContain('"password": "(password 1 of the sample)"');
    await button(/^Send/).click();
    await sentence('Succeeded');
    const { entries } = (await (await fetch(`${stack.simulatorUrl}/simulator/log`)).json()) as {
      entries: { kind: string; operation: string; body?: string }[];
    };
    const asked = entries.findLast(
      ({ kind, operation }) => kind === 'received' && operation === 'SetOnlineMigrationTask',
    );
    expect(asked?.body).toContain('"password":"xxxxxx"');
  });

  it('sends to the signed webhook, and shows its answer to a broken signature', async () => {
    await page.getByRole('radio', { name: 'signed webhook' }).check();
    await button(/^Send/).click();
    await sentence('Succeeded');
    await page.getByRole('checkbox', { name: 'break the signature' }).check();
    await button(/^Send/).click();
    await page.getByText('The webhook answered 401').waitFor();
  });

  it('sends a faulty change too', async () => {
    await pick('not-json → rejected');
    await page.getByRole('checkbox', { name: 'new id' }).uncheck();
    await button(/^Send/).click();
    await sentence('Rejected');
  });
});

describe('a simulated failure', () => {
  it('is announced beforehand, shown while it lasts, used up, and switched off', async () => {
    await page.locator('.faults-form select').first().selectOption('throttled');
    expect(await page.locator('.expectation').innerText()).toContain('succeeded at the second attempt');
    await button('Apply').click();
    await page.locator('.faults').getByText('once more').waitFor();
    await button(/^Send/).click();
    await sentence(/at attempt 2/);
    await page.locator('.faults').waitFor({ state: 'hidden' });
    await page.locator('.faults-form select').first().selectOption('bus-refuses');
    await page.locator('.faults-form select').last().selectOption('on');
    await button('Apply').click();
    await page.locator('.faults').getByText('until switched off').waitFor();
    await button('Switch all off').click();
    await page.locator('.faults').waitFor({ state: 'hidden' });
  });

  it.each([
    ['deliver-twice', 'published 2 times'],
    ['bus-refuses', 'the relay itself failed'],
    ['ledger-throttles', 'the relay itself failed'],
  ])('%s appears in the story, and the change succeeds', async (name, mark) => {
    await page.locator('.faults-form select').first().selectOption(name);
    await button('Apply').click();
    await page.locator('.faults').waitFor();
    await button(/^Send/).click();
    await page.locator('.story').getByText(mark).first().waitFor({ timeout: 30_000 });
    await sentence('Succeeded');
  });
});

describe('a dead letter', () => {
  const event = (id: string) =>
    JSON.stringify({
      ...{ specversion: '1.0', id, source: '/s', type: 'migration.dcs.migration-task.update' },
      data: { project_id: 'p1', task_id: 'dead-task', body: { resume_mode: 'manual' } },
    });
  async function put(queue: string, id: string) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'local' };
    const endpoint = stack.endpoints.AWS_ENDPOINT_URL_SQS ?? '';
    const sqs = new SQSClient({ region: 'eu-central-1', endpoint, credentials });
    const ids = { MessageGroupId: 'g', MessageDeduplicationId: id };
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: event(id), ...ids }));
    sqs.destroy();
  }
  const addDeadLetter = (id: string) => put(stack.queues.dcs.replace('changes.fifo', 'changes-dead.fifo'), id);

  it('is counted, gets a forecast, is put back, and gets a line in its story', async () => {
    await addDeadLetter('ord-0990');
    await page.getByRole('link', { name: 'dead 1' }).click();
    await page.getByRole('link', { name: 'ord-0990' }).click();
    await page.getByText('A replay would send it (the relay has no record of it).').waitFor();
    await button('Replay').click();
    await sentence(/^.?\s*Rejected/);
    expect(await page.locator('.timeline').innerText()).toContain('put back from the dead letters by');
    await page.getByRole('link', { name: 'dead 0' }).waitFor();
  });

  it('that newer changes overtook shows them, and asks before it breaks the order', async () => {
    await addDeadLetter('ord-0991');
    await page.getByRole('link', { name: 'ord-0991' }).click();
    await put(stack.queues.dcs, 'ord-0992');
    await page.getByRole('link', { name: 'ord-0992' }).locator('xpath=ancestor::tr').getByText('rejected').waitFor();
    await page.reload();
    await button('Replay').click();
    const asked = page.getByRole('group', { name: 'Replay out of order?' });
    expect(await asked.innerText()).toContain('ord-0992');
    await button('Do not replay').click();
    await asked.waitFor({ state: 'hidden' });
    await button('Replay').click();
    await button('Replay out of order').click();
    await sentence(/^.?\s*Rejected/);
  });
});

describe('the view', () => {
  it('does not move while paused, and can be cleared without losing anything', async () => {
    await button(/^Send/).click();
    await sentence('Succeeded');
    await page.locator('.rows tr.current .good').waitFor();
    const count = await page.locator('.rows tbody tr').count();
    await button('Pause').click();
    await button(/^Send/).click();
    await button('Go on · 1 newer').waitFor();
    expect(await page.locator('.rows tbody tr').count()).toBe(count);
    await button(/Go on/).click();
    await expect.poll(() => page.locator('.rows tbody tr').count()).toBe(count + 1);
    await button('Clear view').click();
    await expect.poll(() => page.locator('.rows tbody tr').count()).toBe(0);
    await button(/cleared from view/).click();
    await expect.poll(() => page.locator('.rows tbody tr').count()).toBe(count + 1);
  });

  it('has its change and its filter in the address, so that both can be opened elsewhere', async () => {
    await button('Not succeeded').click();
    const href = (await page.locator('.rows tbody a').first().getAttribute('href')) ?? '';
    expect(href).toMatch(/^#\/changes\/.+\?show=not-succeeded/);
    const other = await openConsole(browser, `${stack.url}/${href}`);
    await other.page.locator('#story-title').waitFor();
    expect(await other.page.getByRole('button', { name: 'Not succeeded' }).getAttribute('aria-pressed')).toBe('true');
    await other.close();
  });
});
