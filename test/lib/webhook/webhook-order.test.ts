import { timingSafeEqual } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createWebhook } from '../../../src/lib/webhook/webhook.ts';
import { ALL_OPERATIONS } from '../../support/relay-under-test.ts';
import { FOREIGN_SECRET, NOW, OLD_SECRET, SECRET, signedRequest } from '../../support/signed-request.ts';

// Node's own module, observed and not replaced.
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] });
  vi.mocked(timingSafeEqual).mockClear();
  return () => vi.useRealTimers();
});

const webhook = createWebhook({
  secrets: async () => [SECRET, OLD_SECRET],
  enqueue: async () => {},
  validation: { operations: ALL_OPERATIONS, revision: '2026-01', allowInlineSecrets: false },
  services: new Set(['dcs', 'sms']),
});

describe('a signature', () => {
  it('is compared in the same time wherever it differs', async () => {
    expect((await webhook(signedRequest())).status).toBe(202);
    expect(timingSafeEqual).toHaveBeenCalledTimes(1);
    expect((await webhook(signedRequest({ secret: FOREIGN_SECRET }))).status).toBe(401);
    expect(timingSafeEqual).toHaveBeenCalledTimes(3);
  });

  it('that is wrong does not cause the body to be read', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    const decode = vi.spyOn(TextDecoder.prototype, 'decode');
    try {
      expect((await webhook(signedRequest({ secret: FOREIGN_SECRET }))).status).toBe(401);
      expect([parse.mock.calls.length, decode.mock.calls.length]).toEqual([0, 0]);
      expect((await webhook(signedRequest())).status).toBe(202);
      expect([parse.mock.calls.length, decode.mock.calls.length]).toEqual([1, 1]);
    } finally {
      parse.mockRestore();
      decode.mockRestore();
    }
  });
});
